import { expect, it } from 'vitest'
import { exp, log } from '../../src/metric/elementary.ts'
import { newCore } from '../assembly/core.ts'

const core = await newCore()
/** From 0 to 1, in an order that mixes sizes. */
const spread = Array.from({ length: 20_000 }, (_, i) => (i * 0.6180339887498949) % 1)

it('exp has the bits of the core, wherever it is finite', () => {
  const inputs = spread.flatMap((u) => [u * 709.78, -745.2 * u, u - 0.5, 1e-9 * u])
  for (const x of inputs) expect(Object.is(exp(x), core.exp64(x)), String(x)).toBe(true)
})

it('log has the bits of the core, of subnormal numbers too', () => {
  const powers = spread.map((u) => 2 ** Math.floor(2097 * u - 1074))
  const inputs = spread.flatMap((u, i) => [u, 1 + u, 1 - 1e-6 * u, powers[i], powers[i] * (1 + u)])
  // The fractions are split at sqrt(1/2), whose bits are compared in two halves.
  for (const u of spread) inputs.push(Math.SQRT1_2 * (1 + (u - 0.5) * 2 ** -20))
  for (const x of inputs) expect(Object.is(log(x), core.log64(x)), String(x)).toBe(true)
})

it('both meet their limits as the core does', () => {
  for (const x of [
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    1,
    -1,
    710,
    -746,
    709.782712893384,
    5e-324,
    Number.MAX_VALUE
  ]) {
    expect(exp(x), `exp ${x}`).toBe(core.exp64(x))
    expect(log(x), `log ${x}`).toBe(core.log64(x))
  }
})
