import { describe, expect, it } from 'vitest'
import { ACTIVATIONS } from '../../src/schema/architecture.ts'
import { activationError, FUNCTION_NAMES, functionError } from '../reference/errors.ts'
import { ROWS } from './bounds.ts'
import { getF32, newCore, putF32, scoped } from './core.ts'

const core = await newCore()

describe.each(ROWS)('the contract of $name', ({ name, bound, measured, at }) => {
  it('holds where it was measured', () => {
    expect(measured).toBeLessThanOrEqual(bound)
  })

  it('promises no more than an ulp above what was measured', () => {
    expect(bound - measured).toBeLessThan(1)
  })

  it.skipIf(Number.isNaN(at))('names a place where the error is what was measured', () => {
    expect(Math.ceil(100 * errorAt(name, at)) / 100).toBe(measured)
  })
})

it('the contract has a row for every function of one number and every activation', () => {
  expect(ROWS.map(({ name }) => name)).toEqual([...FUNCTION_NAMES, ...ACTIVATIONS])
  expect(FUNCTION_NAMES).toEqual(['exp64', 'log64', 'sin64', 'cos64', 'erf64'])
})

function errorAt(name: string, x: number): number {
  const f = FUNCTION_NAMES.find((known) => known === name)
  if (f !== undefined) return functionError(f, x, core[f](x))
  const id = ACTIVATIONS.findIndex((known) => known === name)
  return scoped(core, () => {
    const address = putF32(core, [x])
    core.activate(address, 1, id)
    return activationError(ACTIVATIONS[id], Math.fround(x), getF32(core, address, 1)[0])
  })
}
