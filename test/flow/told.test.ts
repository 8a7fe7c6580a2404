import { describe, expect, it } from 'vitest'
import { openFlow, solvers, type Flow, type TellingOptions } from '../../src/index.ts'
import { conditionWidth, writeCondition } from '../../src/network/condition.ts'
import { dimOf } from '../../src/network/forward.ts'
import { openPool } from '../../src/pool/node.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { randomWeights } from '../fixtures/weights.ts'
import { networkOutput } from '../reference/network.ts'

const LABEL = { kind: 'label', classes: 4 } as const
const NETWORKS: Record<string, Architecture> = {
  'a perceptron that is told a label': {
    kind: 'mlp',
    dim: 3,
    hidden: [9, 7],
    activation: 'silu',
    condition: LABEL
  },
  'a perceptron that is told numbers': {
    kind: 'mlp',
    dim: 20,
    hidden: [8],
    activation: 'tanh',
    condition: { kind: 'vector', size: 2 }
  },
  'a residual perceptron that is told numbers': {
    kind: 'residual-mlp',
    dim: 2,
    width: 6,
    depth: 2,
    timeWidth: 4,
    activation: 'silu',
    condition: { kind: 'vector', size: 3 }
  },
  'a mixer that is told a label': {
    kind: 'mixer',
    image: [4, 4, 1],
    patch: 2,
    width: 6,
    depth: 1,
    tokenHidden: 3,
    channelHidden: 5,
    timeWidth: 4,
    activation: 'silu',
    condition: LABEL
  }
}
const COUNT = 7
const SEED = 31
const opened = (architecture: Architecture) =>
  openFlow(networkModel(architecture, SEED, { flow: flowOf(architecture) }))
const flowOf = (architecture: Architecture) => ({
  schedule: 'linear',
  target: { kind: 'network', architecture, prediction: 'velocity', weights: 'weights.safetensors' }
})

/** One condition for each row, of which two neighbours have the same. */
function conditionsOf({ condition }: Architecture): TellingOptions {
  if (condition?.kind === 'label') return { label: [3, 0, 0, 2, 1, 3, 0] }
  const rows = randomRows(9, COUNT, condition!.size)
  return { condition: rows.with(2, rows[1]) }
}
const ofRow = ({ label, condition }: TellingOptions, i: number): TellingOptions =>
  label === undefined ? { condition: (condition as number[][])[i] } : { label: (label as number[])[i] }

/** The network's output in 64 bits for a row that is told something, or nothing. */
function twin(
  architecture: Architecture,
  t: number,
  x: readonly number[],
  { label, condition }: TellingOptions
) {
  const numbers = new Float32Array(conditionWidth(architecture.condition))
  writeCondition(architecture.condition!, (label ?? condition) as number | number[] | undefined, numbers, 0)
  return networkOutput(architecture, randomWeights(architecture, SEED), t, x, [...numbers])
}

describe.each(Object.entries(NETWORKS))('%s', (_, architecture) => {
  const dim = dimOf(architecture)
  const told = conditionsOf(architecture)
  const x = randomRows(5, COUNT, dim)
  const near = (found: ArrayLike<number>, expected: readonly number[], most = 2e-5) => {
    expected.forEach((value, j) =>
      expect(Math.abs(found[j] - value)).toBeLessThan(most * (1 + Math.abs(value)))
    )
  }

  it('hears what each row is told, and nothing where nothing is', async () => {
    using flow = await opened(architecture)
    for (const time of [0, 0.4, 1]) {
      near(
        flow.velocity(x, { time, ...told }).velocity.data,
        x.flatMap((row, i) => twin(architecture, time, row, ofRow(told, i)))
      )
      near(
        flow.velocity(x, { time }).velocity.data,
        x.flatMap((row) => twin(architecture, time, row, {}))
      )
    }
  })

  it('is guided by v_none + w (v_told - v_none), between the times of the interval alone', async () => {
    using flow = await opened(architecture)
    const guided = (time: number, w: number) =>
      x.flatMap((row, i) => {
        const none = twin(architecture, time, row, {})
        return twin(architecture, time, row, ofRow(told, i)).map((v, j) => none[j] + w * (v - none[j]))
      })
    for (const guidance of [0, 0.5, 1, 2.5]) {
      const how = { ...told, guidance, guidanceInterval: [0.2, 0.6] as const }
      for (const [time, w] of [
        [0.1, 1],
        [0.4, guidance],
        [0.6, guidance],
        [0.7, 1]
      ] as const)
        // prettier-ignore
        near(flow.velocity(x, { time, ...how }).velocity.data, guided(time, w))
    }
    const plain = flow.velocity(x, { time: 0.4, ...told }).velocity.data
    expect(flow.velocity(x, { time: 0.4, ...told, guidance: 1 }).velocity.data).toEqual(plain)
    expect(flow.velocity(x, { time: 0.4, ...told, guidance: 0 }).velocity.data).toEqual(
      flow.velocity(x, { time: 0.4 }).velocity.data
    )
  })

  it('has the derivatives and the divergence of the guided velocity', async () => {
    using flow = await opened(architecture)
    const how = { time: 0.4, ...told, guidance: 1.75 }
    const directions = randomRows(6, 3 * COUNT, dim)
    const { velocity, tangents } = flow.tangent(x, { ...how, directions })
    const at = flow.velocity(x, how).velocity.data
    near(velocity.data, [...at])
    const h = 2 ** -7
    const moved = (by: number) =>
      flow.velocity(
        directions.map((u, k) => u.map((value, j) => x[Math.floor(k / 3)][j] + by * value)),
        { ...how, ...eachThrice(told) }
      ).velocity.data
    const [ahead, behind] = [moved(h), moved(-h)]
    tangents.data.forEach((value, i) => {
      const difference = (ahead[i] - behind[i]) / (2 * h)
      expect(Math.abs(value - difference)).toBeLessThan(2e-3 * (1 + Math.abs(value)))
    })
    const { divergence } = flow.velocity(x, { ...how, divergence: true })
    const units = x.flatMap(() => Array.from({ length: dim }, (_, j) => Array.from({ length: dim }, (_, i) => Number(i === j)))) // prettier-ignore
    const along = flow.tangent(x, { ...how, directions: units }).tangents.data
    divergence!.forEach((value, row) => {
      let trace = 0
      for (let j = 0; j < dim; j++) trace += along[(row * dim + j) * dim + j]
      expect(Math.abs(value - trace)).toBeLessThan(1e-4 * (1 + Math.abs(trace)))
    })
  })

  it.each(solvers)('gives a row by $name what it gives it alone, to the bit', async ({ name: solver }) => {
    using flow = await opened(architecture)
    const how = { solver, steps: 4, seed: 3, guidance: 1.5 }
    const { data } = flow.sample({ count: COUNT, ...how, ...told })
    for (let i = 0; i < COUNT; i++) {
      const alone = flow.sample({ count: 1, first: i, ...how, ...ofRow(told, i) })
      expect(data.subarray(i * dim, (i + 1) * dim), `row ${i}`).toEqual(alone.data)
    }
    expect(data).not.toEqual(flow.sample({ count: COUNT, ...how, ...told, guidance: 1 }).data)
    // Watched, the work goes part by part.
    const seen: number[] = []
    const watched = flow.sample({ count: COUNT, ...how, ...told, onProgress: (done) => seen.push(done) })
    expect(watched.data).toEqual(data)
    expect(seen.length).toBeGreaterThan(0)
    expect(await lastFrame(flow, { count: COUNT, ...how, ...told })).toEqual(data)
  })

  it('gives all rows one condition as it gives it to each, and two flows at once what each gives alone', async () => {
    using flow = await opened(architecture)
    const one = ofRow(told, 3)
    const all = 'label' in one ? { label: new Array<number>(COUNT).fill(one.label as number) } : { condition: x.map(() => one.condition as number[]) } // prettier-ignore
    const how = { count: COUNT, seed: 2, solver: 'rk4', steps: 5 } as const
    const { data } = flow.sample({ ...how, ...one })
    expect(flow.sample({ ...how, ...all }).data).toEqual(data)
    const [told1, told2] = await Promise.all([lastFrame(flow, { ...how, ...one }), lastFrame(flow, how)])
    expect(told1).toEqual(data)
    expect(told2).toEqual(flow.sample(how).data)
  })

  it('encodes, decodes, interpolates and finds log-densities by what it is told', async () => {
    using flow = await opened(architecture)
    const how = { ...told, solver: 'rk4', steps: 40 } as const
    const back = flow.decode(flow.encode(x, how), how)
    near(back.data, x.flat(), 1e-4)
    const between = flow.interpolate(x, x, { ...how, weights: [0, 0.5] })
    near(
      between.data,
      x.flatMap((row) => [...row, ...row]),
      1e-4
    )
    const { logProb } = flow.logProb(x, { ...told, steps: 10, solver: 'rk4' })
    const alone = flow.logProb([x[4]], { ...ofRow(told, 4), steps: 10, solver: 'rk4' })
    expect(logProb[4]).toBe(alone.logProb[0])
    expect(logProb[4]).not.toBe(flow.logProb([x[4]], { steps: 10, solver: 'rk4' }).logProb[0])
  })

  it('tells the threads of a pool what is theirs', async () => {
    const count = 100
    const label = Array.from({ length: count }, (_, i) => i % 4)
    const many = 'label' in told ? { label } : { condition: randomRows(4, count, ofRow(told, 0).condition!.length) } // prettier-ignore
    using flow = await opened(architecture)
    using pool = await openPool(networkModel(architecture, SEED, { flow: flowOf(architecture) }), {
      threads: 2
    })
    const how = { count, seed: 8, solver: 'heun', steps: 3, guidance: 2, ...many } as const
    expect((await pool.sample(how)).data).toEqual(flow.sample(how).data)
    const z = flow.source({ count, seed: 1 })
    const { count: _, seed: __, ...rest } = how
    expect((await pool.decode(z, rest)).data).toEqual(flow.decode(z, rest).data)
    const few = 'label' in told ? { label: [0, 1] } : { condition: [[0, 0, 0].slice(0, ofRow(told, 0).condition!.length), [1, 1, 1].slice(0, ofRow(told, 0).condition!.length)] } // prettier-ignore
    await expect(pool.sample({ count, ...few })).rejects.toMatchObject({ code: 'shape_mismatch' })
  })

  it('doubles the work of what is guided, and says so before', async () => {
    using flow = await opened(architecture)
    const { operations } = flow.plan({ count: 100, ...ofRow(told, 0) })
    expect(flow.plan({ count: 100, ...ofRow(told, 0), guidance: 2 }).operations).toBe(2 * operations)
  })
})

const eachThrice = ({ label, condition }: TellingOptions): TellingOptions =>
  label === undefined
    ? { condition: (condition as number[][]).flatMap((row) => [row, row, row]) }
    : { label: (label as number[]).flatMap((one) => [one, one, one]) }

async function lastFrame(flow: Flow, options: Parameters<Flow['trajectory']>[0]) {
  let last
  for await (const { data } of flow.trajectory(options)) last = data
  return last
}

describe('what cannot be told', () => {
  it.each<[string, TellingOptions & { count?: number }, string, RegExp]>([
    ['a label that is no class', { label: 4 }, 'label', /from 0 to 3, got 4/],
    ['a label that is no integer', { label: 1.5 }, 'label', /integer/],
    ['one of several that is no class', { count: 2, label: [0, 9] }, 'label[1]', /from 0 to 3, got 9/],
    ['fewer labels than rows', { count: 3, label: [0, 1] }, 'label', /one for each of 3, got 2/],
    ['numbers in place of a label', { condition: [1] }, 'condition', /left out/],
    ['guidance without a label', { guidance: 2 }, 'guidance', /without a `label`/],
    ['a negative guidance', { label: 1, guidance: -1 }, 'guidance', /from 0 to 100/],
    [
      'an interval without guidance',
      { label: 1, guidanceInterval: [0, 0.5] },
      'guidanceInterval',
      /without `guidance`/
    ],
    [
      'an interval that is none',
      { label: 1, guidance: 2, guidanceInterval: [0.5, 0.5] },
      'guidanceInterval',
      /later/
    ],
    [
      'an interval outside of the time',
      { label: 1, guidance: 2, guidanceInterval: [0, 2] },
      'guidanceInterval[1]',
      /from 0/
    ]
  ])('%s is refused', async (_, options, path, message) => {
    using flow = await opened(NETWORKS['a perceptron that is told a label'])
    const error = refusal(() => flow.sample(options))
    expect(error.path).toBe(path)
    expect(error.message).toMatch(message)
    expect(flow.sample({ count: 2, label: [0, 1] }).status).toEqual(['ok', 'ok'])
  })

  it('numbers are refused where there are too few, and by a flow that is told nothing', async () => {
    using flow = await opened(NETWORKS['a perceptron that is told numbers'])
    expect(refusal(() => flow.sample({ condition: [1] })).message).toBe(
      '`condition` must have 2 numbers, got 1'
    )
    expect(refusal(() => flow.sample({ label: 1 })).path).toBe('label')
    expect(refusal(() => flow.sample({ condition: [1, 1e39] }))).toMatchObject({
      path: 'condition',
      message: '`condition` must have numbers that are finite in 32 bits, got 1e+39'
    })
    using closed = await openFlow({
      schedule: 'linear',
      target: { kind: 'gaussian', mean: [0], covariance: [[1]] }
    })
    expect(refusal(() => closed.sample({ label: 1 })).message).toContain('told nothing')
    expect(refusal(() => closed.logProb([[0]], { condition: [1] })).path).toBe('condition')
  })
})
