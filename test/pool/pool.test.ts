import { afterAll, describe, expect, it } from 'vitest'
import { openFlow, solvers } from '../../src/index.ts'
import { openPool } from '../../src/pool/node.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { laterRefusal } from '../fixtures/refusal.ts'

const wide: Architecture = { kind: 'mlp', dim: 5, hidden: [24, 17], activation: 'silu' }
const model = networkModel(wide, 4)
const pool = await openPool(model, { threads: 3 })
const flow = await openFlow(model)
const COUNT = 203

afterAll(() => {
  pool.close()
})

it.each(solvers)('$name on three threads has the bytes of one thread', async ({ name }) => {
  const how = { count: COUNT, seed: 3, first: 7, solver: name, steps: 5 }
  const expected = flow.sample(how)
  const found = await pool.sample(how)
  expect(found).toEqual(expected)
})

describe('rows that are given', () => {
  const { data, dim, count } = flow.source({ count: COUNT, seed: 1 })
  const points = { data, dim, count }

  it('are encoded, decoded and carried to the same bytes, with the same report', async () => {
    const how = { solver: 'heun', steps: 6 } as const
    expect(await pool.encode(points, how)).toEqual(flow.encode(points, how))
    expect(await pool.decode(points, how)).toEqual(flow.decode(points, how))
    const between = { ...how, from: 0.2, to: 0.9 }
    expect(await pool.transport(points, between)).toEqual(flow.transport(points, between))
  })

  it.each([{ divergence: 'exact' }, { divergence: 'hutchinson' }, { probeKind: 'gaussian' }] as const)(
    'have the same log-densities by %o',
    async (tracing) => {
      const how = { ...tracing, solver: 'rk4', steps: 4 } as const
      expect(await pool.logProb(points, how)).toEqual(flow.logProb(points, how))
    }
  )
})

it('samples have the log-densities of one thread, by probes too', async () => {
  const how = { count: 100, steps: 4, logProb: true, probes: 3 }
  expect(await pool.sample(how)).toEqual(flow.sample(how))
})

it('several calls at once each get their own answer', async () => {
  const seeds = [1, 2, 3, 4, 5]
  const found = await Promise.all(seeds.map((seed) => pool.sample({ count: 70, seed, steps: 3 })))
  expect(found).toEqual(seeds.map((seed) => flow.sample({ count: 70, seed, steps: 3 })))
})

it('progress rises to the end', async () => {
  const told: number[] = []
  await pool.sample({ count: 500, steps: 50, onProgress: (done, total) => told.push(done / total) })
  expect(told).toEqual(told.toSorted((a, b) => a - b))
  expect(told.at(-1)).toBe(1)
})

describe('a callback that throws', () => {
  const calls = {
    sample: (onProgress: () => void) => pool.sample({ count: 3000, steps: 200, onProgress }),
    encode: (onProgress: () => void) => pool.encode(flow.source({ count: COUNT }), { onProgress }),
    logProb: (onProgress: () => void) => pool.logProb(flow.source({ count: COUNT }), { onProgress })
  }

  it.each(Object.entries(calls))('is not called again: %s rejects with what it threw', async (_, call) => {
    const thrown = new Error('enough')
    let times = 0
    const work = call(() => {
      times++
      throw thrown
    })
    await expect(work).rejects.toBe(thrown)
    expect(await pool.sample({ count: 99, steps: 2 })).toEqual(flow.sample({ count: 99, steps: 2 }))
    expect(times).toBe(1)
  })

  it('may be the last of its pieces', async () => {
    const onProgress = (done: number, total: number): void => {
      if (done === total) throw new RangeError('at the end')
    }
    await expect(pool.sample({ count: 200, steps: 3, onProgress })).rejects.toThrow('at the end')
  })
})

it('a signal stops the work at once, and the next call works', async () => {
  const stop = new AbortController()
  const long = pool.sample({ count: 20_000, solver: 'rk4', steps: 2000, signal: stop.signal })
  setTimeout(() => {
    stop.abort()
  }, 50)
  const start = performance.now()
  expect((await laterRefusal(() => long)).code).toBe('aborted')
  expect(performance.now() - start).toBeLessThan(1000)
  expect(await pool.sample({ count: 99, steps: 2 })).toEqual(flow.sample({ count: 99, steps: 2 }))
})

describe('what cannot be done is refused as by a flow', () => {
  it.each([0, 1.5, 257, NaN, '2'])('%s threads', async (threads) => {
    const refused = await laterRefusal(() => openPool(model, { threads: threads as number }))
    expect(refused).toMatchObject({ code: 'invalid_argument', path: 'threads' })
  })

  it('a model that does not exist', async () => {
    expect((await laterRefusal(() => openPool('digitz', { threads: 1 }))).code).toBe('unknown_model')
  })

  it('a field out of range, a row of another width, and a request that the memory does not hold', async () => {
    expect(await laterRefusal(() => pool.sample({ count: 2.5 }))).toMatchObject({ path: 'count' })
    expect(await laterRefusal(() => pool.encode([[1, 2]]))).toMatchObject({ code: 'shape_mismatch' })
    expect(await laterRefusal(() => pool.encode([[1, 2, 3, 4, 5]], { steps: 0 }))).toMatchObject({
      code: 'invalid_argument',
      path: 'steps'
    })
    using small = await openPool(model, { threads: 2, memoryLimit: 4 * 65536 })
    expect((await laterRefusal(() => small.sample({ count: 1_000_000 }))).code).toBe('over_limit')
  })

  it('a call after the pool was closed, and one that runs then', async () => {
    const other = await openPool(model, { threads: 2 })
    const running = other.sample({ count: 5000, steps: 1000 })
    other.close()
    expect((await laterRefusal(() => running)).code).toBe('closed')
    expect((await laterRefusal(() => other.sample())).code).toBe('closed')
  })
})
