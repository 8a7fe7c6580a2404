import { describe, expect, it } from 'vitest'
import { blobs, gaussian, post, rowsOf } from './http.ts'

const sample = (fields: object) => rowsOf(post('/v1/sample', { model: gaussian, ...fields }))

describe('POST /v1/sample', () => {
  it('draws one sample of seed 0 with 50 steps of Heun where nothing else is asked for', async () => {
    const { shape, data, ...facts } = await sample({})
    expect(shape).toEqual([1, 1])
    expect(data).toEqual([[expect.any(Number)]])
    expect(facts).toEqual({
      model: null,
      nfe: 100,
      solver: 'heun',
      steps: 50,
      status: ['ok'],
      reached: [1],
      seed: 0,
      first: 0
    })
  })

  it('draws from the target', async () => {
    const { data } = await sample({ count: 4000, seed: 3, steps: 20 })
    const values = data.flat() as number[]
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
    expect(Math.abs(mean - 2)).toBeLessThan((4 * 0.5) / Math.sqrt(4000))
    expect(Math.abs(variance - 0.25)).toBeLessThan(4 * 0.25 * Math.sqrt(2 / 4000))
  })

  it('gives the same numbers for the same seed, and others for another', async () => {
    const [once, again, other] = await Promise.all([7, 7, 8].map((seed) => sample({ seed, count: 5 })))
    expect(again).toEqual(once)
    expect(other.data).not.toEqual(once.data)
  })

  it('gives sample i alone as in a batch', async () => {
    const all = await sample({ model: blobs, seed: 9, count: 6 })
    const alone = await sample({ model: blobs, seed: 9, count: 1, first: 4 })
    expect(alone.data).toEqual([all.data[4]])
  })

  it.each([
    ['euler', 1],
    ['heun', 2],
    ['rk4', 4]
  ])('counts the velocity evaluations of %s: %i a step', async (solver, stages) => {
    expect(await sample({ solver, steps: 3 })).toMatchObject({ solver, steps: 3, nfe: 3 * stages })
  })

  it('takes the largest seed that JSON carries exactly', async () => {
    const { data, seed } = await sample({ seed: Number.MAX_SAFE_INTEGER })
    expect(seed).toBe(Number.MAX_SAFE_INTEGER)
    expect(data).not.toEqual((await sample({ seed: Number.MAX_SAFE_INTEGER - 1 })).data)
  })
})
