import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { newCore, putF32, putF64, putI32, reserve, scoped, takeF32 } from '../../src/wasm/core.ts'
import { refusal } from '../fixtures/refusal.ts'

const module = await WebAssembly.compile(await readFile(new URL('../../build/core.wasm', import.meta.url)))

it('two instances of one module share no memory', async () => {
  const [one, two] = [await newCore(module), await newCore(module)]
  const address = putF32(one, [1, 2, 3])
  expect(putF32(two, [4, 5, 6])).toBe(address)
  expect([...takeF32(one, address, 3)]).toEqual([1, 2, 3])
})

it('numbers come back as they were put, though the memory grew in between', async () => {
  const core = await newCore(module)
  const values = Float32Array.from({ length: 1000 }, (_, i) => i / 7)
  const address = putF32(core, values)
  const before = core.memory.buffer.byteLength
  reserve(core, 2 ** 20)
  expect(core.memory.buffer.byteLength).toBeGreaterThan(before)
  expect(takeF32(core, address, 1000)).toEqual(values)
})

it('putting more than the memory holds grows it first', async () => {
  const core = await newCore(module)
  const many = new Float32Array(2 ** 18).fill(0.5)
  expect(takeF32(core, putF32(core, many), many.length)).toEqual(many)
  const doubles = core.memory.buffer.byteLength / 8
  const address = putF64(core, new Float64Array(doubles).fill(0.25))
  expect(new Float64Array(core.memory.buffer, address, doubles).every((value) => value === 0.25)).toBe(true)
})

it('32-bit words keep their sign and every bit', async () => {
  const core = await newCore(module)
  const words = [0, -1, 2 ** 31 - 1, -(2 ** 31)]
  expect([...new Int32Array(core.memory.buffer, putI32(core, words), 4)]).toEqual(words)
})

it('a copy that was taken does not change with the memory', async () => {
  const core = await newCore(module)
  const address = putF32(core, [1, 2])
  const copy = takeF32(core, address, 2)
  new Float32Array(core.memory.buffer, address, 2).fill(9)
  expect([...copy]).toEqual([1, 2])
})

it('a scope gives its memory back, also when it throws', async () => {
  const core = await newCore(module)
  const top = core.mark()
  expect(scoped(core, () => reserve(core, 100))).toBe(top)
  expect(core.mark()).toBe(top)
  const failing = () =>
    scoped(core, () => {
      reserve(core, 100)
      throw new Error('stop')
    })
  expect(failing).toThrow('stop')
  expect(core.mark()).toBe(top)
})

it('more than four gigabytes are refused, and the next request works', async () => {
  const core = await newCore(module)
  expect(refusal(() => reserve(core, 2 ** 32 - 64)).code).toBe('over_limit')
  expect(reserve(core, 64)).toBeGreaterThan(0)
})
