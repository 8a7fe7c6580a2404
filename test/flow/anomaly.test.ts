import { describe, expect, it } from 'vitest'
import { openFlow, type AnomalyOptions, type FlowFile } from '../../src/index.ts'
import { rocAuc } from '../../src/metric/index.ts'
import { openPool } from '../../src/pool/node.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { laterRefusal } from '../fixtures/refusal.ts'
import { mixture } from './flows.ts'

const normal = (dim: number): FlowFile => ({
  schedule: 'linear',
  target: { kind: 'mixture', weights: [1], means: [new Array<number>(dim).fill(0)], stds: [1] }
})

describe('the error of denoising', () => {
  it('is that of N(0, I) at a = b = 1/2, where the denoiser is x_t: ((x^2 + z^2) / 4 over mirrored noise)', async () => {
    using flow = await openFlow(normal(1))
    // E[X_1 | x_t] = b / (a^2 + b^2) x_t = x_t, so the error is (a z + (b - 1) x)^2 = (z - x)^2 / 4, whose mirror is (z + x)^2 / 4.
    const { score } = await flow.anomaly([[0], [1], [3]], { draws: 2 })
    const noise = 4 * score[0]
    expect(score[1]).toBeCloseTo((1 + noise) / 4, 5)
    expect(score[2]).toBeCloseTo((9 + noise) / 4, 5)
  })

  it('is the same whatever rows stand beside, in any place, and with a draw more it is another', async () => {
    using flow = await openFlow(mixture('vp'))
    const rows = randomRows(1, 40, 2, 3)
    const { score, nfe } = await flow.anomaly(rows)
    expect(nfe).toBe(32)
    for (const i of [0, 7, 39]) expect((await flow.anomaly([rows[i]])).score[0]).toBe(score[i])
    expect((await flow.anomaly(rows, { draws: 5 })).score).not.toEqual(score)
  })

  it('tells points between the clusters from points of them', async () => {
    using flow = await openFlow(mixture('linear', 0.3))
    const { data } = flow.sample({ count: 300, seed: 4 })
    const between = data.map((value) => 0.3 * value)
    const scoresOf = async (points: Float32Array) =>
      (await flow.anomaly({ count: 300, dim: 2, data: points })).score
    expect(rocAuc(await scoresOf(data), await scoresOf(between))).toBeGreaterThan(0.8)
  })

  it('of a network that is told labels is the smallest of theirs, and says whose', async () => {
    const architecture: Architecture = {
      kind: 'mlp',
      dim: 3,
      hidden: [9],
      activation: 'silu',
      condition: { kind: 'label', classes: 3 }
    }
    using flow = await openFlow(networkModel(architecture, 8))
    const rows = randomRows(2, 20, 3)
    const { score, label = [], nfe } = await flow.anomaly(rows)
    expect(nfe).toBe(96)
    const each = await Promise.all([0, 1, 2].map((label) => flow.anomaly(rows, { label })))
    score.forEach((value, i) => {
      const scores = each.map((one) => one.score[i])
      expect(value).toBe(Math.min(...scores))
      expect(label[i]).toBe(scores.indexOf(value))
    })
    expect(each[0].label).toBeUndefined()
  })
})

describe('shares of held-out data', () => {
  it('are those that the definition gives, for each method', async () => {
    using flow = await openFlow(mixture('linear'))
    const heldOut = flow.sample({ count: 50, seed: 1 })
    const calibration = await flow.calibrate(heldOut, { methods: ['denoising', 'density'], seed: 3 })
    const rows = [
      [-1.5, 0.5],
      [0, 0],
      [4, -4],
      [1.5, -0.5]
    ]
    const surprise = (points: Parameters<typeof flow.logProb>[0]) =>
      [...flow.logProb(points).logProb].map((value) => -value)
    const sorted = surprise(heldOut).toSorted((a, b) => a - b)
    const usual = (sorted[24] + sorted[25]) / 2
    const scores = {
      denoising: {
        held: [...(await flow.anomaly(heldOut, { seed: 3 })).score],
        of: [...(await flow.anomaly(rows, { seed: 3 })).score]
      },
      density: { held: sorted, of: surprise(rows) },
      typicality: {
        held: sorted.map((s) => Math.abs(s - usual)),
        of: surprise(rows).map((s) => Math.abs(s - usual))
      }
    }
    for (const method of ['denoising', 'density', 'typicality'] as const) {
      const found = await flow.anomaly(rows, { method, calibration })
      expect(found).toMatchObject({ method, calibrated: true, status: ['ok', 'ok', 'ok', 'ok'] })
      const { held, of } = scores[method]
      of.forEach((score, i) => {
        expect(found.score[i]).toBeCloseTo(score, 5)
        expect(found.pValue?.[i]).toBe((1 + held.filter((other) => other >= score).length) / 51)
      })
    }
  })

  it('of rows like the held-out ones are uniform: p <= 0.1 comes as often', async () => {
    using flow = await openFlow(mixture('linear'))
    const calibration = await flow.calibrate(flow.sample({ count: 2000, seed: 1 }), { count: 999 })
    expect(calibration.denoising?.scores.length).toBe(999)
    const { pValue = new Float64Array() } = await flow.anomaly(flow.sample({ count: 2000, seed: 2 }), {
      calibration
    })
    const low = pValue.filter((p) => p <= 0.1).length / 2000
    // Of the shares of 2000 rows and of 999 held-out ones together: 4 standard deviations.
    expect(Math.abs(low - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / 2000 + 0.09 / 999))
  })

  it('come of the model folder, unless the rows are scored in another way or on another schedule', async () => {
    using bare = await openFlow(mixture('linear'))
    const calibration = await bare.calibrate(bare.sample({ count: 30 }), { seed: 5, draws: 2 })
    const manifest = {
      format: 1,
      name: 'clusters',
      description: '',
      licence: 'MIT',
      flow: mixture('linear'),
      data: { kind: 'vector' },
      calibration
    }
    using flow = await openFlow({ manifest, files: {} })
    const rows = [[0, 0]]
    const found = await flow.anomaly(rows)
    expect(found).toMatchObject({ calibrated: true, nfe: 2 })
    expect(found.score).toEqual((await bare.anomaly(rows, { seed: 5, draws: 2 })).score)
    for (const other of [{ seed: 4 }, { draws: 4 }, { times: [0.4] }, { method: 'density' }] as const)
      expect(await flow.anomaly(rows, other)).toMatchObject({ calibrated: false })
    using elsewhere = await openFlow({ manifest, files: {} }, { schedule: 'trigonometric' })
    const raw = await elsewhere.anomaly(rows)
    expect(raw.calibrated).toBe(false)
    expect(raw.pValue).toBeUndefined()
    using broken = await openFlow({ manifest: { ...manifest, calibration: { denoising: {} } }, files: {} })
    expect(await laterRefusal(() => broken.anomaly(rows))).toMatchObject({
      code: 'invalid_model',
      path: 'calibration.denoising.times'
    })
  })
})

it('a density along the flow is near the formula, and probes do not make it depend on a row’s place', async () => {
  const architecture: Architecture = { kind: 'mlp', dim: 70, hidden: [8], activation: 'silu' }
  using flow = await openFlow(networkModel(architecture, 3))
  const rows = randomRows(4, 3, 70)
  const { score } = await flow.anomaly(rows, { method: 'density', seed: 2 })
  expect((await flow.anomaly([rows[2]], { method: 'density', seed: 2 })).score[0]).toBe(score[2])
  const { logProb } = flow.logProb([rows[0]], {
    method: 'ode',
    solver: 'heun',
    steps: 32,
    probes: 4,
    seed: 2
  })
  expect(score[0]).toBe(-logProb[0])
})

it('threads give the bytes of one', async () => {
  using flow = await openFlow(mixture('linear'))
  using pool = await openPool(mixture('linear'), { threads: 2 })
  const calibration = await flow.calibrate(flow.sample({ count: 20 }))
  const rows = randomRows(5, 130, 2)
  expect(await pool.anomaly(rows, { calibration })).toEqual(await flow.anomaly(rows, { calibration }))
})

it.each<[AnomalyOptions, string, string]>([
  [{ method: 'typicality' }, 'invalid_argument', 'method'],
  [{ method: 'density', draws: 3 }, 'invalid_argument', 'draws'],
  [{ draws: 0 }, 'invalid_argument', 'draws'],
  [{ times: [1.5] }, 'invalid_argument', 'times[0]'],
  [{ label: 1 }, 'invalid_argument', 'label'],
  [
    { calibration: { denoising: { times: [], draws: 1, seed: 0, scores: [1] } } },
    'invalid_argument',
    'calibration.denoising.times'
  ],
  [{ steps: 3 } as AnomalyOptions, 'invalid_argument', 'steps']
])('%j is refused', async (options, code, path) => {
  using flow = await openFlow(mixture('linear'))
  expect(await laterRefusal(() => flow.anomaly([[0, 0]], options))).toMatchObject({ code, path })
})

it('rows that left the finite numbers have no score, and say so', async () => {
  const architecture: Architecture = { kind: 'mlp', dim: 2, hidden: [8], activation: 'silu' }
  using flow = await openFlow(networkModel(architecture, 3, { preprocessing: { shift: 0, scale: 1e-20 } }))
  const found = await flow.anomaly([
    [3e38, -3e38],
    [0, 0]
  ])
  expect(found.status).toEqual(['diverged', 'ok'])
  expect(found.score[0]).toBeNaN()
  expect(found.score[1]).toBeGreaterThan(0)
})
