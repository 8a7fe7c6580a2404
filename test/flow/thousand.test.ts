import { describe, expect, it } from 'vitest'
import { openFlow, solvers } from '../../src/index.ts'
import { flowsOn } from './flows.ts'

describe.each(Object.entries(flowsOn('linear')))('of a batch of 1,000 towards the %s', (_, source) => {
  it.each(solvers)('a sample alone has the same bits by $name', async ({ name: solver }) => {
    using flow = await openFlow(source)
    const how = { seed: 21, solver, steps: 3 }
    const { data } = flow.sample({ count: 1000, ...how })
    for (const i of [0, 1, 5, 6, 499, 996, 999]) {
      const alone = flow.sample({ first: i, ...how })
      expect(alone.data, `sample ${i}`).toEqual(data.slice(i * flow.dim, (i + 1) * flow.dim))
    }
  })
})
