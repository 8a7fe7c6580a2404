import { describe, expect, it } from 'vitest'
import { openFlow, toRows } from '../../src/index.workerd.ts'
import { blobs, gaussian, post, rowsOf } from './http.ts'

const points = [
  [-2, 0.5],
  [0.1, -1],
  [3, 0]
]

const flat = (rows: (number | null)[][]) => rows.flat() as number[]

describe('POST /v1/encode and /v1/decode', () => {
  it('encode carries N(2, 0.25) to the standard normal: x to (x - 2) / 0.5', async () => {
    const { data, shape } = await rowsOf(
      post('/v1/encode', { model: gaussian, input: [[2], [2.5], [1]], solver: 'rk4', steps: 100 })
    )
    expect(shape).toEqual([3, 1])
    const [a, b, c] = flat(data)
    expect(a).toBeCloseTo(0, 4)
    expect(b).toBeCloseTo(1, 4)
    expect(c).toBeCloseTo(-2, 4)
  })

  it('decode undoes encode', async () => {
    const solving = { model: blobs, solver: 'rk4', steps: 200 }
    const latent = await rowsOf(post('/v1/encode', { ...solving, input: points }))
    const back = await rowsOf(post('/v1/decode', { ...solving, input: latent.data }))
    flat(back.data).forEach((x, i) => expect(x).toBeCloseTo(points.flat()[i], 3))
    expect(back).toMatchObject({
      model: null,
      nfe: 1200, // 200 steps of 4, and 100 for the error estimate
      solver: 'rk4',
      steps: 200,
      status: ['ok', 'ok', 'ok']
    })
  })

  it.each(['encode', 'decode'])(
    '%s reads rows, and shapes with flat or nested data, as the same points',
    async (route) => {
      const inputs = [points, { shape: [3, 2], data: points }, { shape: [3, 2], data: points.flat() }]
      const answers = await Promise.all(
        inputs.map((input) => rowsOf(post(`/v1/${route}`, { model: blobs, input, steps: 5 })))
      )
      expect(answers[1]).toEqual(answers[0])
      expect(answers[2]).toEqual(answers[0])
    }
  )

  it('decode carries the source noise of a seed to the samples of that seed, bit for bit', async () => {
    const flow = await openFlow(blobs)
    const noise = toRows(flow.source({ seed: 5, count: 4 }))
    const decoded = await rowsOf(post('/v1/decode', { model: blobs, input: noise, steps: 10 }))
    const sampled = await rowsOf(post('/v1/sample', { model: blobs, seed: 5, count: 4, steps: 10 }))
    expect(decoded.data).toEqual(sampled.data)
  })

  it('writes what left the finite numbers as null, and calls its row diverged', async () => {
    const far = { schedule: 'linear', target: { kind: 'gaussian', mean: [-3e38], covariance: [[1]] } }
    const { data, status } = await rowsOf(
      post('/v1/decode', { model: far, input: [[0], [3e38]], steps: 2, solver: 'euler' })
    )
    expect(status).toEqual(['ok', 'diverged'])
    expect(data[0][0]).toEqual(expect.any(Number))
    expect(data[1][0]).toBeNull()
  })
})
