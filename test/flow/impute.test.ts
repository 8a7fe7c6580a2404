import { afterAll, describe, expect, it } from 'vitest'
import { openFlow, type Batch, type FlowFile } from '../../src/index.ts'
import { energyDistance } from '../../src/metric/index.ts'
import { openPool } from '../../src/pool/node.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { SCHEDULE_NAMES } from '../../src/schema/schedule.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { COVARIANCE, flowsOn, gaussian, MEAN } from './flows.ts'

const DRAWS = 20_000
const SIGMAS = 4.5 // of a mean of so many draws: one in a hundred thousand is farther off

/** Two clusters that a known first coordinate tells apart a little, with covariances that turn the second by it. */
const clusters = (schedule: FlowFile['schedule'] = 'linear'): FlowFile => ({
  schedule,
  target: {
    kind: 'mixture',
    weights: [0.3, 0.7],
    means: [
      [0, 2],
      [0.4, -2]
    ],
    covariances: [
      [
        [0.5, 0.2],
        [0.2, 0.3]
      ],
      [
        [0.6, -0.2],
        [-0.2, 0.3]
      ]
    ]
  }
})

function moments({ count, dim, data }: Batch): { mean: number[]; covariance: number[][] } {
  const column = (j: number): number[] => Array.from({ length: count }, (_, i) => data[i * dim + j])
  const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / count
  const columns = [...Array(dim).keys()].map(column)
  const mean = columns.map(average)
  const covariance = columns.map((x, i) =>
    columns.map((y, j) => average(x.map((value, at) => (value - mean[i]) * (y[at] - mean[j]))))
  )
  return { mean, covariance }
}

describe('the formula', () => {
  it('is that of a conditional Gaussian, by hand: the mean and covariance of two coordinates given the third', async () => {
    using flow = await openFlow(gaussian('linear'))
    const y = 1.3
    const { mean, covariance } = moments(await flow.impute([[null, null, y]], { count: DRAWS, seed: 3 }))
    const [, , [c20, c21, c22]] = COVARIANCE
    const gain = [c20 / c22, c21 / c22]
    gain.forEach((g, i) => {
      const variance = COVARIANCE[i][i] - g * COVARIANCE[2][i]
      expect(Math.abs(mean[i] - (MEAN[i] + g * (y - MEAN[2])))).toBeLessThan(
        SIGMAS * Math.sqrt(variance / DRAWS)
      )
      // The variance of a sample variance is 2 sigma^4 / n.
      expect(Math.abs(covariance[i][i] - variance)).toBeLessThan(SIGMAS * variance * Math.sqrt(2 / DRAWS))
    })
    expect(covariance[0][1]).toBeCloseTo(COVARIANCE[0][1] - gain[0] * c21, 1)
    expect(mean[2]).toBeCloseTo(y, 6)
    expect(covariance[2][2]).toBe(0)
  })

  it('weighs the components of a mixture by how well each explains what is known', async () => {
    using flow = await openFlow(clusters())
    const [y, noise] = [0.9, 0.3]
    const draws = await flow.impute([[y, NaN]], { count: DRAWS, noiseStd: noise, seed: 4 })
    const explained = (mean: number, variance: number): number =>
      Math.exp(-((y - mean) ** 2) / (variance + noise ** 2) / 2) / Math.sqrt(variance + noise ** 2)
    const [first, second] = [0.3 * explained(0, 0.5), 0.7 * explained(0.4, 0.6)]
    const share = first / (first + second)
    const upper = Array.from({ length: DRAWS }, (_, i) => draws.data[2 * i + 1]).filter((x) => x > 0).length
    expect(Math.abs(upper / DRAWS - share)).toBeLessThan(SIGMAS * Math.sqrt((share * (1 - share)) / DRAWS))
  })

  it('is right for any matrix: draws given A x + e have the moments that importance weights give the target', async () => {
    using flow = await openFlow(clusters())
    const operator = [[0.7, -0.4]]
    const [y, noise] = [0.8, 0.5]
    const { mean } = moments(await flow.impute([[y]], { operator, count: DRAWS, noiseStd: noise, seed: 5 }))
    const { data } = flow.sample({ count: 40_000, seed: 6, steps: 60 })
    const sums = [0, 0, 0]
    for (let i = 0; i < data.length; i += 2) {
      const [u, v] = [data[i], data[i + 1]]
      const weight = Math.exp(-(((y - 0.7 * u + 0.4 * v) / noise) ** 2) / 2)
      ;[u, v, 1].forEach((value, j) => {
        sums[j] += weight * value
      })
    }
    expect(mean[0]).toBeCloseTo(sums[0] / sums[2], 1)
    expect(Math.abs(mean[1] - sums[1] / sums[2])).toBeLessThan(0.06)
  })

  it('of a data set picks among its points, in its own units', async () => {
    const points = [
      [0, 0],
      [10, 1],
      [20, 2]
    ]
    using flow = await openFlow({
      schedule: 'linear',
      target: { kind: 'empirical', points, bandwidth: 0.01 }
    })
    const { data } = await flow.impute(
      [
        [NaN, 1.0],
        [19.99, NaN]
      ],
      { count: 3, noiseStd: 0.05 }
    )
    for (const [i, x] of [10, 1, 10, 1, 10, 1, 20, 2, 20, 2, 20, 2].entries())
      expect(Math.abs(data[i] - x)).toBeLessThan(0.06)
  })

  it('of a row about which nothing is known draws from the target itself', async () => {
    using flow = await openFlow(clusters())
    const draws = await flow.impute([[null, null]], { count: 2000 })
    expect(energyDistance(draws, flow.sample({ count: 2000, seed: 9 }))).toBeLessThan(0.01)
  })

  it('refuses observations without noise that depend on each other', async () => {
    using flow = await openFlow(gaussian('linear'))
    const operator = [
      [1, 1, 0],
      [2, 2, 0]
    ]
    expect(await laterRefusal(() => flow.impute([[1, 2]], { operator }))).toMatchObject({ path: 'operator' })
    expect(await flow.impute([[1, 2]], { operator, noiseStd: 0.1 })).toMatchObject({ status: ['ok'] })
  })
})

describe('the way along the flow', () => {
  const COUNT = 2000

  it.each(SCHEDULE_NAMES)('agrees with the formula for a Gaussian, on the schedule %s', async (schedule) => {
    using flow = await openFlow(gaussian(schedule))
    const known = { noiseStd: 0.2, count: COUNT }
    const rows = [[0.4, NaN, 1]]
    const guided = await flow.impute(rows, { ...known, steps: 50, seed: 1 })
    expect(guided).toMatchObject({ method: 'guided', steps: 50 })
    const [found, wanted] = [guided, await flow.impute(rows, { ...known, seed: 2 })].map(moments)
    for (let i = 0; i < 3; i++) {
      const std = Math.sqrt(wanted.covariance[i][i])
      expect(Math.abs(found.mean[i] - wanted.mean[i])).toBeLessThan(0.12 * std)
      expect(Math.sqrt(found.covariance[i][i]) / std).toBeGreaterThan(0.93)
      expect(Math.sqrt(found.covariance[i][i]) / std).toBeLessThan(1.1)
    }
    expect(energyDistance(guided, await flow.impute(rows, { ...known, seed: 3 }))).toBeLessThan(0.006)
  })

  it('is near the formula for clusters that what is known does not choose between', async () => {
    using flow = await openFlow(clusters())
    const known = { count: COUNT }
    const exact = await flow.impute([[0.2, NaN]], known)
    const guided = await flow.impute([[0.2, NaN]], { ...known, method: 'guided', seed: 1 })
    const [found, wanted] = [moments(guided), moments(exact)]
    expect(Math.abs(found.mean[1] - wanted.mean[1])).toBeLessThan(0.25)
    expect(found.covariance[1][1] / wanted.covariance[1][1]).toBeGreaterThan(0.85)
    expect(energyDistance(guided, exact)).toBeLessThan(0.02)
  })

  it('takes as many evaluations as it says, and no more iterations than there are observations', async () => {
    using flow = await openFlow(gaussian('linear'))
    expect(await flow.impute([[1, NaN, NaN]], { steps: 7 })).toMatchObject({ nfe: 14, steps: 7 })
    expect(await flow.impute([[1, 2, NaN]], { steps: 7, iterations: 1 })).toMatchObject({ nfe: 14 })
    expect(await flow.impute([[NaN, NaN, NaN]], { steps: 7 })).toMatchObject({ nfe: 7 })
  })

  it('leaves what is known without noise as it was, and meets a matrix without noise', async () => {
    const architecture: Architecture = { kind: 'mlp', dim: 3, hidden: [9], activation: 'silu' }
    using flow = await openFlow(
      networkModel(architecture, 5, { preprocessing: { shift: [1, 2, 3], scale: 0.7 } })
    )
    const x = await flow.impute([[0.1, null, -0.3]], { steps: 5, count: 4 })
    for (let i = 0; i < 4; i++) {
      expect([x.data[3 * i], x.data[3 * i + 2]]).toEqual([Math.fround(0.1), Math.fround(-0.3)])
      expect(x.data[3 * i + 1]).not.toBe(0)
    }
    const { data } = await flow.impute([[1.5]], { operator: [[1, 1, -1]], steps: 5 })
    expect(data[0] + data[1] - data[2]).toBeCloseTo(1.5, 5)
  })
})

describe.each(Object.entries(flowsOn('linear')))('draws of a %s', (_, source) => {
  const opened = openFlow(source)
  afterAll(async () => (await opened).close())

  it('do not depend on the batch: rows alone, with the index of their first draw, and in any parts', async () => {
    const flow = await opened
    const rows = randomRows(3, 5, flow.dim)
    const mask = rows.map((row, i) => row.map((_, j) => (i + j) % 2 === 0))
    const how = { count: 3, seed: 8, noiseStd: 0.1, method: 'guided', steps: 4 } as const
    const all = await flow.impute(rows, { ...how, mask })
    expect(all.count).toBe(15)
    for (const [i, row] of rows.entries()) {
      const alone = await flow.impute([row], { ...how, mask: mask[i], first: 3 * i })
      expect(alone.data).toEqual(all.data.slice(3 * i * flow.dim, 3 * (i + 1) * flow.dim))
    }
  })

  it('are the same when what a mask hides is missing, and other with another seed', async () => {
    const flow = await opened
    const [row] = randomRows(4, 1, flow.dim)
    const how = { count: 2, steps: 3, method: 'guided', mask: row.map((_, j) => j === 0) } as const
    const hidden = await flow.impute([row], how)
    const missing = row.map((value, j) => (j === 0 ? value : NaN))
    expect((await flow.impute([missing], { ...how, mask: undefined })).data).toEqual(hidden.data)
    expect((await flow.impute([row], { ...how, seed: 1 })).data).not.toEqual(hidden.data)
  })
})

it('threads give the bytes of one', async () => {
  const model = clusters()
  using flow = await openFlow(model)
  using pool = await openPool(model, { threads: 2 })
  const rows = randomRows(5, 150, 2)
  const mask = rows.map((_, i) => [i % 2 === 0, i % 3 === 0])
  for (const how of [
    { mask },
    { mask, steps: 3 },
    {
      operator: [
        [1, 1],
        [1, -1]
      ],
      noiseStd: 1
    }
  ] as const) {
    const options = { ...how, count: 2, seed: 3, first: 5 }
    expect(await pool.impute(rows, options)).toEqual(await flow.impute(rows, options))
  }
})

describe('what is told a network', () => {
  const architecture: Architecture = {
    kind: 'mlp',
    dim: 4,
    hidden: [8],
    activation: 'silu',
    condition: { kind: 'label', classes: 3 }
  }

  it('is told for each row to all its draws', async () => {
    using flow = await openFlow(networkModel(architecture, 3))
    const rows = randomRows(6, 3, 4)
    const how = { count: 2, steps: 3, mask: [1, 0, 1, 0], guidance: 2 }
    const all = await flow.impute(rows, { ...how, label: [2, 0, 1] })
    const alone = await flow.impute([rows[1]], { ...how, label: 0, first: 2 })
    expect(alone.data).toEqual(all.data.slice(8, 16))
    expect(alone.data).not.toEqual((await flow.impute([rows[1]], { ...how, label: 1, first: 2 })).data)
  })
})
