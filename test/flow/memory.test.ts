import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { CoreFlow } from '../../src/flow/coreFlow.ts'
import { newEngine } from '../../src/flow/engine.ts'
import { readModel } from '../../src/flow/source.ts'
import { evaluate } from '../../src/flow/evaluate.ts'
import { solvingOf } from '../../src/flow/solving.ts'
import type { Run } from '../../src/flow/run.ts'
import { transport } from '../../src/flow/transport.ts'
import { openFlow, solvers, type SolverName } from '../../src/index.ts'
import { nodePlatform } from '../../src/platform/node.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { laterRefusal, refusal } from '../fixtures/refusal.ts'
import { flowsOn, mixture } from './flows.ts'

const MIB = 2 ** 20
/** Solvers whose steps do not follow the velocity, along which a log-density changes. */
const NO_DENSITY: readonly SolverName[] = ['ddim', 'dpmpp2m', 'stochastic']
const module = await WebAssembly.compile(await readFile(new URL('../../build/core.wasm', import.meta.url)))

/** The largest count that a refusal names. */
const named = (call: () => unknown) => {
  const { code, message } = refusal(call)
  expect(code).toBe('over_limit')
  return Number(/the largest count that fits is (\d+)/.exec(message)?.[1])
}

/** Two steps by a solver. */
const runBy = (solver: SolverName): Run => ({
  field: 'count',
  solving: solvingOf({ solver, steps: 2 }),
  times: Float64Array.of(0, 0.5, 1),
  tracing: undefined,
  noise: solver === 'stochastic' ? { epsilon: 0.1, seed: 1, first: 0 } : undefined,
  onProgress: undefined,
  signal: undefined
})

describe.each(Object.entries(flowsOn('linear')))('memory for the %s', (_, source) => {
  it.each(solvers)(
    'a refused count names the largest that fits, by $name, and that one fits',
    async ({ name }) => {
      using flow = await openFlow(source, { memoryLimit: MIB })
      const draw = (count: number) => flow.sample({ count, solver: name, steps: 1 })
      const most = named(() => draw(1_000_000))
      expect(draw(most).count).toBe(most)
      expect(named(() => draw(most + 1))).toBe(most)
    }
  )

  it('a velocity of too many rows names the most that fit', async () => {
    using flow = await openFlow(source, { memoryLimit: MIB })
    const at = (count: number) =>
      flow.velocity({ count, dim: flow.dim, data: new Float32Array(count * flow.dim) }, { time: 0.5 })
    const most = named(() => at(200_000))
    expect(at(most).velocity.count).toBe(most)
    expect(named(() => at(most + 1))).toBe(most)
  })

  it.each(solvers)('never passes its limit, by $name, and the refused take none of it', async ({ name }) => {
    const engine = await newEngine({ module, kernel: 'plain' }, await readModel(nodePlatform, source), MIB)
    const size = () => engine.core.memory.buffer.byteLength
    const run = runBy(name)
    const carry = (count: number) => transport(engine, new Float32Array(count * engine.dim), count, run)
    const before = size()
    const most = named(() => carry(1_000_000))
    expect(size()).toBe(before)
    carry(most)
    expect(size()).toBeLessThanOrEqual(MIB)
    // All of the limit can be used: what is left over is less than two pages and a row.
    expect(size()).toBeGreaterThan(MIB - 3 * 65536)
  })

  it.each(solvers)('a plan names the bytes that are then used, by $name', async ({ name }) => {
    const model = await readModel(nodePlatform, source)
    const watched = { onProgress: () => undefined }
    for (const request of [
      { count: 1 },
      { count: 7000 },
      { count: 30_000, ...watched },
      ...(name === 'stochastic' ? [] : [{ count: 20_000, error: true }]),
      ...(NO_DENSITY.includes(name)
        ? []
        : [
            { count: 9000, logProb: true },
            { count: 30_000, logProb: true, ...watched }
          ])
    ]) {
      const engine = await newEngine({ module, kernel: 'plain' }, model, 1024 * MIB)
      using flow = new CoreFlow(model, engine)
      const how = { ...request, solver: name, steps: 2 }
      const { bytes } = flow.plan(how)
      flow.sample(how)
      expect(engine.core.memory.buffer.byteLength, JSON.stringify(request)).toBe(bytes)
    }
  })

  it('stays flat over many calls', async () => {
    const engine = await newEngine({ module, kernel: 'plain' }, await readModel(nodePlatform, source), MIB)
    const states = new Float32Array(64 * engine.dim).fill(0.5)
    const run = runBy('heun')
    const call = () => {
      transport(engine, states, 64, run)
      evaluate(engine, 'velocity', states, 64, 0.5)
    }
    call()
    const { core } = engine
    const [size, top] = [core.memory.buffer.byteLength, core.mark()]
    for (let i = 0; i < 200; i++) call()
    const one = states.subarray(0, engine.dim)
    for (let i = 0; i < 100_000; i++) evaluate(engine, 'velocity', one, 1, 0.5)
    expect([core.memory.buffer.byteLength, core.mark()]).toEqual([size, top])
  })
})

it('a sample that is refused takes no memory for its noise first', async () => {
  using flow = await openFlow(mixture('linear'), { memoryLimit: 32 * MIB })
  const before = process.memoryUsage().arrayBuffers
  expect(refusal(() => flow.sample({ count: 1_000_000, solver: 'rk4', steps: 1 })).code).toBe('over_limit')
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MIB)
})

it('a model that its limit cannot hold is refused, and one that it can hold stays below it', async () => {
  const wide: Architecture = { kind: 'mlp', dim: 64, hidden: [256, 256], activation: 'silu' } // 396 KB of weights
  expect(await laterRefusal(() => openFlow(networkModel(wide, 1), { memoryLimit: 4 * 65536 }))).toMatchObject(
    {
      code: 'over_limit'
    }
  )
  for (const pages of [7, 8, 9, 10, 12, 16]) {
    const limit = pages * 65536
    const model = await readModel(nodePlatform, networkModel(wide, 1))
    try {
      const { core } = await newEngine({ module, kernel: 'plain' }, model, limit)
      expect(core.memory.buffer.byteLength).toBeLessThanOrEqual(limit)
    } catch (error) {
      expect(error).toMatchObject({ code: 'over_limit' })
    }
  }
})

it('a limit of more than 32 bits can address still names the largest count that fits', async () => {
  const dim = 200
  const row = new Array<number>(dim).fill(0)
  const covariance = row.map((_, i) => row.with(i, 1))
  using flow = await openFlow(
    { schedule: 'linear', target: { kind: 'gaussian', mean: row, covariance } },
    { memoryLimit: 2 ** 40 }
  )
  const draw = (count: number) => flow.sample({ count, solver: 'rk4', steps: 1 })
  const most = named(() => draw(1_000_000))
  // Six arrays of states fill the 4 GiB.
  expect(most).toBeGreaterThan(0.99 * (2 ** 32 / (6 * 4 * dim)))
  expect(named(() => draw(most + 1))).toBe(most)
})

it('results are copies: a later call does not change them', async () => {
  using flow = await openFlow(mixture('linear'))
  const first = flow.sample({ count: 8, seed: 1 })
  const kept = first.data.slice()
  flow.sample({ count: 8, seed: 2 })
  expect(first.data).toEqual(kept)
  expect(first.data.buffer.byteLength).toBe(first.data.byteLength)
})

describe('a trajectory', () => {
  it.each(solvers)(
    'by $name is refused at once where it would not fit, with a count that does',
    async ({ name }) => {
      using flow = await openFlow(mixture('linear'), { memoryLimit: MIB })
      const how = { solver: name, ...(name === 'dopri5' ? {} : { steps: 2 }) } as const
      const first = async (count: number) => await flow.trajectory({ count, ...how }).next()
      const { code, message } = await laterRefusal(() => first(200_000))
      expect(code).toBe('over_limit')
      const most = Number(/the largest count that fits is (\d+)/.exec(message)?.[1])
      let frames = 0
      for await (const { count } of flow.trajectory({ count: most, ...how })) {
        expect(count).toBe(most)
        frames++
      }
      expect(frames).toBeGreaterThan(1)
    }
  )
})

describe('a way of several legs', () => {
  it('is refused before any of it is gone', async () => {
    using flow = await openFlow(mixture('linear'), { memoryLimit: 16 * MIB })
    using small = await openFlow(mixture('linear'), { memoryLimit: 2 ** 17 })
    const x = flow.source({ count: 20_000 })
    let told = 0
    const onProgress = () => {
      told++
    }
    const weights = Array.from({ length: 1001 }, (_, i) => i / 1000)
    const { code, message } = refusal(() => flow.interpolate(x, x, { weights, onProgress }))
    expect(code).toBe('over_limit')
    expect(message).toMatch(/^`input` must fit .* got 20000 rows; the largest count that fits is \d+$/)
    expect(refusal(() => flow.translate(small, x, { onProgress })).code).toBe('over_limit')
    expect(told).toBe(0)
  })
})
