import { afterAll, describe, expect, it } from 'vitest'
import { openFlow, type Flow } from '../../src/index.ts'
import { openPool, type Pool } from '../../src/pool/node.ts'
import type { Architecture } from '../../src/schema/architecture.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { laterRefusal, refusal, type Refusal } from '../fixtures/refusal.ts'

const condition = { kind: 'label', classes: 4 } as const
const told: Architecture = { kind: 'mlp', dim: 2, hidden: [9], activation: 'silu', condition }
const model = networkModel(told, 4)
const THREADS = 2
const flow = await openFlow(model)
const pool = await openPool(model, { threads: THREADS })
const x = flow.source({ count: 100 })
const row = [[1, 2]]
// As they come from code without types.
const options = (value: unknown): object => value as object

afterAll(() => {
  pool.close()
})

/** What a flow and a pool are refused with. */
async function both(call: (on: Flow | Pool) => unknown): Promise<readonly [Refusal, Refusal]> {
  return [await laterRefusal(async () => await call(flow)), await laterRefusal(async () => await call(pool))]
}

const labels = Array.from({ length: 100 }, (_, i) => (i < 70 ? 1 : 9))

it.each<[string, (on: Flow | Pool) => unknown]>([
  ['no options', (on) => on.encode(row, null as never)],
  ['options that are a number', (on) => on.logProb(row, options(5))],
  ['no times', (on) => on.transport(x, undefined as never)],
  ['no start', (on) => on.transport(x, { to: 0.5 } as never)],
  ['no end', (on) => on.transport(x, { from: 0.5 } as never)],
  ['a signal that is none', (on) => on.encode(row, options({ signal: 5 }))],
  ['a signal that looks like one', (on) => on.decode(row, options({ signal: { aborted: true } }))],
  ['a listener that is none', (on) => on.anomaly(row, options({ onProgress: 5 }))],
  ['a listener of log-densities', (on) => on.logProb(row, options({ onProgress: 5 }))],
  ['an unknown field', (on) => on.decode(row, options({ count: 3 }))],
  ['a field of anomalies', (on) => on.anomaly(row, { draws: 0 })],
  ['labels that are none, by their rows', (on) => on.sample({ count: 100, label: labels })],
  ['such labels of rows that are given', (on) => on.encode(x, { label: labels })],
  ['such labels of log-densities', (on) => on.logProb(x, { label: labels })],
  ['such labels of anomalies', (on) => on.anomaly(x, { method: 'density', label: labels })],
  ['such labels of imputations', (on) => on.impute(x, { label: labels })],
  ['one label that is none', (on) => on.sample({ count: 100, label: [9] })],
  ['fewer labels than rows', (on) => on.sample({ count: 100, label: [1, 2] })],
  ['a condition in place of a label', (on) => on.sample({ count: 100, condition: [1] })],
  ['guidance to nothing', (on) => on.sample({ count: 100, guidance: 2 })],
  [
    'a row that is not finite',
    (on) => on.encode(Array.from({ length: 90 }, (_, i) => [1, i === 77 ? NaN : i]))
  ],
  ['an operator of functions', (on) => on.impute(row, options({ operator: [[() => 1, 0]] }))],
  ['an operator and a mask', (on) => on.impute([[1]], options({ operator: [[1, 0]], mask: () => 1 }))],
  ['solver and tolerance', (on) => on.encode(x, { solver: 'heun', rtol: 1e-3 })]
])('%s: refused as by a flow', async (_, call) => {
  const [one, several] = await both(call)
  expect(several).toEqual(one)
})

it('labels of a flow that tries them all take guidance alone', async () => {
  const how = { guidance: 2, draws: 2 }
  expect(await pool.anomaly(x, how)).toEqual(await flow.anomaly(x, how))
})

it('probes of the last rows of a seed are those of one thread', async () => {
  const how = { probes: 2, solver: 'heun', steps: 2, first: 2 ** 32 - 50 } as const
  expect(await pool.logProb(x, how)).toEqual(flow.logProb(x, how))
})

it.each([null, 5, 'heun'])('options %s of the opening', async (value) => {
  const refused = await laterRefusal(() => openPool(model, options(value)))
  expect(refused).toEqual(await laterRefusal(() => openFlow(model, options(value))))
})

describe('a request that the memory of the threads does not hold', async () => {
  const memoryLimit = 4 * 65536
  const small = await openPool(model, { threads: THREADS, memoryLimit })
  const alone = await openFlow(model, { memoryLimit })
  const largest = ({ message }: Refusal): number =>
    Number(/largest count that fits is (\d+)$/.exec(message)?.[1])

  afterAll(() => {
    small.close()
  })

  it('is refused by its own count, with the largest that the pool can draw', async () => {
    const refused = await laterRefusal(() => small.sample({ count: 1_000_000, steps: 1 }))
    expect(refused).toMatchObject({ code: 'over_limit', path: 'count' })
    expect(refused.message).toContain('got 1000000;')
    const most = largest(refused)
    expect(most % (4 * THREADS)).toBe(0)
    expect((await small.sample({ count: most, steps: 1 })).count).toBe(most)
    const more = await laterRefusal(() => small.sample({ count: most + 1, steps: 1 }))
    expect(more.message).toContain(`got ${most + 1};`)
    expect(largest(more)).toBe(most)
  })

  it('may be more than one flow holds', async () => {
    const refused = refusal(() => alone.encode(flow.source({ count: 20_000 }), { steps: 1 }))
    expect(refused.code).toBe('over_limit')
    const found = await small.encode(flow.source({ count: 20_000 }), { steps: 1 })
    const { data } = flow.encode(flow.source({ count: 20_000 }), { steps: 1 })
    expect(found.data).toEqual(data)
  })

  it('says for how many rows it counts, where it counts the draws of each', async () => {
    const refused = await laterRefusal(() => small.impute(x, { count: 100_000 }))
    expect(refused).toMatchObject({ code: 'over_limit', path: 'count' })
    expect(refused.message).toMatch(/got 100000 for each of 3[34] rows;/)
    expect(largest(refused)).toBeGreaterThan(1)
  })
})
