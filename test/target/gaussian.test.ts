import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type FlowFile, type ScheduleName } from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { matmul } from '../reference/matmul.ts'

const MEAN = [1, -2, 0.5]

/** Symmetric roots R of the covariance R R. As a^2 I + b^2 R R commutes with itself at all times, the flow is m + R z. */
const ROOTS = {
  'a full covariance': [
    [1.2, 0.3, -0.2],
    [0.3, 0.8, 0.1],
    [-0.2, 0.1, 0.6]
  ],
  'a covariance with one eigenvalue twice': [
    [1, 0.25, 0.25],
    [0.25, 1, 0.25],
    [0.25, 0.25, 1]
  ],
  'a diagonal covariance': [
    [2, 0, 0],
    [0, 0.5, 0],
    [0, 0, 1]
  ]
}
const how = { solver: 'rk4', steps: 80 } as const

describe.each(schedules)('on the $name schedule', ({ name }) => {
  const schedule = name as ScheduleName
  describe.each(Object.entries(ROOTS))('the flow of %s', (_, root) => {
    const covariance = matmul(root, root)
    const file: FlowFile = { schedule, target: { kind: 'gaussian', mean: MEAN, covariance } }
    const z = randomRows(3, 25, 3, 2)
    const x = matmul(z, root, MEAN)

    it('decodes z to m + R z, with R R the covariance', async () => {
      using flow = await openFlow(file)
      expect(worstError(flow.decode(z, how).data, x.flat())).toBeLessThan(1e-5)
    })

    it('encodes m + R z to z', async () => {
      using flow = await openFlow(file)
      expect(worstError(flow.encode(x, how).data, z.flat())).toBeLessThan(2e-5)
    })

    it('is that of the mixture of one that it is, to the bit', async () => {
      using one = await openFlow(file)
      using other = await openFlow({
        schedule,
        target: { kind: 'mixture', weights: [3], means: [MEAN], covariances: [covariance] }
      })
      expect(other.decode(z, how).data).toEqual(one.decode(z, how).data)
    })
  })
})
