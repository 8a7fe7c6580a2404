import { expect, test } from 'vitest'
import { readAddress, seedOf, writeAddress, type Address } from '../../worker/playground/address.ts'

const otherwise: Address = { seed: '7', count: 36, steps: 50, solver: 'heun', label: 4, guidance: 1.5 }

test('an address that is written reads back as it was', () => {
  const address: Address = {
    seed: '123',
    count: 64,
    steps: 3,
    solver: 'rk4',
    label: undefined,
    guidance: 2.5
  }
  expect(readAddress(writeAddress(address), otherwise)).toEqual(address)
})

test.each([
  '',
  '#',
  '#sample',
  '#count=17&steps=0&solver=magic',
  '#steps=1e9',
  '#count=36.5&steps=x',
  '#label=12&guidance=0',
  '#label=x&guidance=9'
])('what %j leaves open comes from the default', (hash) => {
  expect(readAddress(hash, otherwise)).toEqual(otherwise)
})

test('a seed that is no number is kept as written, so that the flow can say what is wrong with it', () => {
  expect(readAddress('#seed=abc', otherwise).seed).toBe('abc')
  expect(seedOf('abc')).toBeNaN()
  expect(seedOf(' ')).toBeNaN()
  expect(seedOf('42')).toBe(42)
})
