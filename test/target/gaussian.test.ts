import { describe, expect, it } from 'vitest'
import { openFlow, schedules, type FlowFile, type ScheduleName } from '../../src/index.ts'
import { worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { matmul } from '../reference/matmul.ts'
import { schedules as twins } from '../reference/schedule.ts'

const MEAN = [1, -2, 0.5]

/**
 * Symmetric roots R of the covariance R R. As S = a^2 I + b^2 R R commutes with itself at all times, the flow takes
 * b m + S^(1/2) u at any time to m + R u at time 1; where b(0) = 0 the state at time 0 is u itself.
 */
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

/** b m + S^(1/2) u at time 0, for rows u: S^(1/2) = a (I + E/2 - E^2/8 + E^3/16 - ...) with E = (b/a)^2 R R, tiny. */
function startOf(name: ScheduleName, root: number[][], rows: number[][]): number[][] {
  const { a, b } = twins[name](0)
  const square = matmul(root, root).map((row) => row.map((value) => (b / a) ** 2 * value))
  const cube = matmul(square, matmul(square, square))
  const half = matmul(square, square).map((row, i) =>
    row.map((value, j) => a * ((i === j ? 1 : 0) + square[i][j] / 2 - value / 8 + cube[i][j] / 16))
  )
  return matmul(
    rows,
    half,
    MEAN.map((value) => b * value)
  )
}

describe.each(schedules)('on the $name schedule', ({ name }) => {
  const schedule = name as ScheduleName
  // From the wide law of an exploding variance, and through the fast start of a preserved one, at steps of its own size.
  const scale = twins[schedule](0).a
  const adaptive = schedule === 'vp' || schedule === 've'
  const how = adaptive
    ? ({ solver: 'dopri5', rtol: 1e-6, atol: 1e-6 } as const)
    : ({ solver: 'rk4', steps: 80 } as const)
  const bound = adaptive ? 1e-4 : 1e-5
  describe.each(Object.entries(ROOTS))('the flow of %s', (_, root) => {
    const covariance = matmul(root, root)
    const file: FlowFile = { schedule, target: { kind: 'gaussian', mean: MEAN, covariance } }
    const u = randomRows(3, 25, 3, 2)
    const z = startOf(schedule, root, u)
    const x = matmul(u, root, MEAN)

    it('decodes z to m + R z, with R R the covariance', async () => {
      using flow = await openFlow(file)
      expect(worstError(flow.decode(z, how).data, x.flat())).toBeLessThan(bound)
    })

    it('encodes m + R z to z', async () => {
      using flow = await openFlow(file)
      expect(worstError(flow.encode(x, how).data, z.flat())).toBeLessThan(2 * scale * bound)
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
