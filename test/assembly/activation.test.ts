import { describe, expect, it } from 'vitest'
import { ACTIVATIONS, type Activation } from '../../src/schema/architecture.ts'
import { activationError } from '../reference/errors.ts'
import { activations } from '../reference/math.ts'
import { bound } from './bounds.ts'
import { getF32, newCore, numbers, putF32, scoped } from './core.ts'

const core = await newCore()

function activate(x: readonly number[], activation: Activation): Float32Array {
  return scoped(core, () => {
    const address = putF32(core, x)
    core.activate(address, x.length, ACTIVATIONS.indexOf(activation))
    return getF32(core, address, x.length)
  })
}

/** What comes of -1e30 and -Infinity, where it is not 0. */
const FLOORS: Partial<Record<Activation, number[]>> = {
  identity: [Math.fround(-1e30), -Infinity],
  tanh: [-1, -1],
  sine: [NaN, NaN],
  cosine: [NaN, NaN]
}

describe.each(ACTIVATIONS)('%s', (name) => {
  const reference = activations[name]

  it.each([0.01, 1, 8, 80])('is within its stated bound up to %d on either side of 0', (range) => {
    const next = numbers(3)
    const x = Array.from({ length: 20000 }, () => Math.fround(range * next()))
    const y = activate(x, name)
    let worst = 0
    x.forEach((value, i) => (worst = Math.max(worst, activationError(name, value, y[i]))))
    expect(worst).toBeLessThanOrEqual(bound(name))
  })

  it('gives the same bits at every length and place of the array', () => {
    const next = numbers(4)
    const x = Array.from({ length: 19 }, () => Math.fround(4 * next()))
    const whole = activate(x, name)
    for (let n = 1; n <= x.length; n++) {
      expect(activate(x.slice(0, n), name)).toEqual(whole.slice(0, n))
      expect(activate(x.slice(n - 1), name)).toEqual(whole.slice(n - 1))
    }
  })

  it('keeps NaN, and goes to its limits at large numbers', () => {
    const [nan, low, high, lowest, highest] = activate([NaN, -1e30, 1e30, -Infinity, Infinity], name)
    expect(nan).toBeNaN()
    expect(high).toBe(Math.fround(reference(1e30)))
    expect(highest).toBe(reference(Infinity))
    expect([low + 0, lowest + 0]).toEqual(FLOORS[name] ?? [0, 0])
  })
})

it('silu is within its stated bound where the roundings of its exponential add up most', () => {
  for (const x of [-16.679372787475586, -16.68376922607422]) {
    expect(activationError('silu', x, activate([x], 'silu')[0])).toBeLessThanOrEqual(bound('silu'))
  }
})

it('gelu-erf keeps its relative accuracy in the tail, down to the smallest normal results, and is 0 below -13.25', () => {
  const x = Array.from({ length: 4000 }, (_, i) => Math.fround(-13 + (12.5 * i) / 4000))
  activate(x, 'gelu-erf').forEach((y, i) => {
    expect(y).toBeLessThan(0)
    expect(activationError('gelu-erf', x[i], y)).toBeLessThanOrEqual(bound('gelu-erf'))
  })
  expect([...activate([-13.25, -14, -1e4, -1e38], 'gelu-erf')]).toEqual([0, 0, 0, 0])
})
