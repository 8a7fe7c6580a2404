import { describe, expect, it } from 'vitest'
import { gaussian, post, rowsOf } from './http.ts'

/** v(t, x) of the linear flow to N(m, s^2): m + c (x - t m), c = (t s^2 - (1 - t)) / ((1 - t)^2 + t^2 s^2). */
function expected(t: number, x: number): number {
  const [m, s2] = [2, 0.25]
  return m + ((t * s2 - (1 - t)) / ((1 - t) ** 2 + t * t * s2)) * (x - t * m)
}

describe('POST /v1/velocity', () => {
  it.each([0, 0.37, 1])('gives the velocity at time %f', async (time) => {
    const xs = [-1, 0, 2.5]
    const answer = await rowsOf(post('/v1/velocity', { model: gaussian, time, input: xs.map((x) => [x]) }))
    expect(answer).toMatchObject({ model: null, shape: [3, 1], nfe: 1, time })
    answer.data.forEach(([v], i) => expect(v).toBeCloseTo(expected(time, xs[i]), 4))
  })
})
