import { describe, expect, it } from 'vitest'
import type { ModelSource } from '../../src/flow/source.ts'
import { openFlow, solvers } from '../../src/index.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { flowsOn } from './flows.ts'

const COUNT = 1000
// Both ends, and both sides of every power of two that a tile or a block of rows could have.
const ROWS = [0, 1, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 511, 512, 998, 999]
const SOURCES: Record<string, ModelSource> = {
  ...flowsOn('trigonometric'),
  'a residual perceptron': networkModel(
    { kind: 'residual-mlp', dim: 5, width: 12, depth: 2, timeWidth: 6, activation: 'gelu' },
    21
  ),
  'a mixer': networkModel(
    {
      kind: 'mixer',
      image: [4, 4, 1],
      patch: 2,
      width: 8,
      depth: 1,
      tokenHidden: 6,
      channelHidden: 10,
      timeWidth: 4,
      activation: 'silu'
    },
    22
  )
}

describe.each(Object.entries(SOURCES))('%s', (_, source) => {
  it.each(solvers)(
    'gives sample i alone what it gives it among 1,000, by $name',
    async ({ name: solver }) => {
      using flow = await openFlow(source)
      const how = { seed: 77, solver, steps: 3 }
      const { data } = flow.sample({ count: COUNT, ...how })
      for (const i of ROWS) {
        const row = data.subarray(i * flow.dim, (i + 1) * flow.dim)
        expect(flow.sample({ first: i, ...how }).data).toEqual(row)
      }
    }
  )

  it('leaves the points that it was given as they were', async () => {
    using flow = await openFlow(source)
    const rows = randomRows(5, 6, flow.dim)
    const batch = { count: 6, dim: flow.dim, data: Float32Array.from(rows.flat()) }
    for (const points of [rows, batch]) {
      const before = structuredClone(points)
      flow.encode(points, { steps: 2 })
      flow.decode(points, { steps: 2 })
      flow.velocity(points, { time: 0.5 })
      expect(points).toEqual(before)
    }
  })

  it('tells the progress of encoding and decoding up to the end, and changes no bit by it', async () => {
    using flow = await openFlow(source)
    const x = randomRows(6, 4, flow.dim)
    for (const carry of [flow.encode.bind(flow), flow.decode.bind(flow)]) {
      const told: number[][] = []
      const onProgress = (...progress: number[]) => told.push(progress)
      expect(carry(x, { steps: 30, onProgress })).toEqual(carry(x, { steps: 30 }))
      expect(told.length).toBeGreaterThan(1)
      const [done, total] = told.at(-1) ?? []
      expect(done).toBe(total)
      told.forEach(([done], i) => {
        expect(done).toBeGreaterThan(told[i - 1]?.[0] ?? 0)
      })
    }
  })
})
