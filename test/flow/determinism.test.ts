import { expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { determinismCases } from '../fixtures/determinism.ts'
import { sha256 } from '../fixtures/numbers.ts'

it.each(determinismCases())(
  'the bytes of $name are the ones on record',
  async ({ source, run, sha256: expected }) => {
    using flow = await openFlow(source)
    const data = await run(flow)
    expect(data.every(Number.isFinite)).toBe(true)
    expect(await sha256(data)).toBe(expected)
  }
)

it.each(determinismCases())('$name has them without SIMD too', async ({ source, run, sha256: expected }) => {
  using flow = await openFlow(source, { kernel: 'scalar' })
  expect(flow.kernel).toBe('scalar')
  expect(await sha256(await run(flow))).toBe(expected)
})

it('two flows of one model, opened apart, answer with the same bytes', async () => {
  for (const { source, run } of determinismCases()) {
    using one = await openFlow(source)
    using two = await openFlow(source)
    one.sample({ count: 3, steps: 1 }) // what came before leaves no trace
    expect(await run(one)).toEqual(await run(two))
  }
})
