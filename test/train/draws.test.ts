import { expect, it } from 'vitest'
import { philox } from '../../src/random/philox.ts'
import { normals, permutation, uniforms } from '../../src/train/draws.ts'
import * as reference from '../reference/philox.ts'

it('draws the blocks of Philox 4x32-10', () => {
  for (const [counter, key] of [
    [
      [0, 0, 0, 0],
      [0, 0]
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff]
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0]
    ],
    [
      [1, 2, 3, 4],
      [0x80000000, 0x7fffffff]
    ]
  ]) {
    const block = Uint32Array.from(counter)
    philox(block, key[0], key[1])
    expect([...block]).toEqual(reference.philox(counter, key))
  }
})

it('draws a number by its place alone, whatever is drawn besides', () => {
  expect([...uniforms(7, 3, 5, 9, 6)]).toEqual([...uniforms(7, 3, 5, 9, 11).subarray(0, 6)])
  const [alone, among] = [new Float32Array(6), new Float32Array(12)]
  normals(7, 3, 5, 9, 6, alone, 0)
  normals(7, 3, 5, 9, 9, among, 2)
  expect([...among.subarray(2, 8)]).toEqual([...alone])
})

it('draws other numbers for another seed, stream, step or row', () => {
  const base = uniforms(1, 2, 3, 4, 1)[0]
  const others = [
    uniforms(2, 2, 3, 4, 1),
    uniforms(1, 3, 3, 4, 1),
    uniforms(1, 2, 4, 4, 1),
    uniforms(1, 2, 3, 5, 1)
  ]
  for (const [other] of [...others, uniforms(1 + 2 ** 32, 2, 3, 4, 1)]) expect(other).not.toBe(base)
})

it('draws normals of mean 0, variance 1 and kurtosis 3', () => {
  const n = 200_000
  const x = new Float32Array(n)
  normals(5, 3, 0, 0, n, x, 0)
  const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / n
  expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n))
  expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
  expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n))
})

it('shuffles without loss, differently in each epoch', () => {
  const [first, second] = [permutation(1, 3, 0, 101), permutation(1, 3, 1, 101)]
  expect([...first].sort((a, b) => a - b)).toEqual([...Array(101).keys()])
  expect([...first]).not.toEqual([...second])
})
