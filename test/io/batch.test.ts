import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GaussflowError } from '../../src/error.ts'
import { toBatch, toRows } from '../../src/io/batch.ts'
import { refusal } from '../fixtures/refusal.ts'

const batch = { count: 2, dim: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) }
const rows = [
  [1, 2, 3],
  [4, 5, 6]
]

it.each([
  ['rows', rows],
  ['a shape with flat data', { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }],
  ['a shape with nested data', { shape: [2, 3], data: rows }],
  ['an answer with more fields than these', { shape: [2, 3], data: rows, nfe: 100, status: ['ok', 'ok'] }],
  ['a batch', batch],
  ['a tensor, as .npy files are read', { shape: [2, 3], data: batch.data }]
])('points come as %s', (_, value) => {
  expect(toBatch(value, 'input', 3)).toEqual(batch)
})

it('a batch becomes rows and rows a batch, without loss', () => {
  const float = fc.float({ noDefaultInfinity: true, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.tuple(float, float), { minLength: 1 }), (points) => {
      expect(toRows(toBatch(points, 'input'))).toEqual(points)
    })
  )
})

describe('what is no batch is refused with its place', () => {
  it.each([
    [undefined, 'invalid_argument', 'input', 'must be rows [[...], ...] or { shape, data }, got undefined'],
    ['abc', 'invalid_argument', 'input', 'must be rows [[...], ...] or { shape, data }, got "abc"'],
    [
      { data: [1] },
      'invalid_argument',
      'input',
      'must be rows [[...], ...] or { shape, data }, got {"data":[1]}'
    ],
    [[], 'shape_mismatch', 'input', 'must hold at least one row, got []'],
    [[1, 2, 3], 'shape_mismatch', 'input[0]', 'must be a row of numbers, got 1'],
    [[[1, 2, 3], 4], 'shape_mismatch', 'input[1]', 'must be a row of numbers, got 4'],
    [[[]], 'shape_mismatch', 'input', 'must have rows of at least one number, got 0'],
    [[[1, 2]], 'shape_mismatch', 'input', 'must have rows of length 3 (the dimension of the flow), got 2'],
    [
      [
        [1, 2, 3],
        [1, 2]
      ],
      'shape_mismatch',
      'input[1]',
      'must have length 3, got 2'
    ],
    [
      [
        [1, 2, 3],
        [4, NaN, 6]
      ],
      'not_finite',
      'input[1][1]',
      'must be a finite 32-bit number, got NaN'
    ],
    [[[1, 2, -Infinity]], 'not_finite', 'input[0][2]', 'must be a finite 32-bit number, got -Infinity'],
    [[[1e39, 2, 3]], 'not_finite', 'input[0][0]', 'must be a finite 32-bit number, got 1e+39'],
    [[[1, '2', 3]], 'invalid_argument', 'input[0][1]', 'must be a number, got "2"'],
    [[[1, null, 3]], 'invalid_argument', 'input[0][1]', 'must be a number, got null'],
    [
      { shape: [2], data: [1, 2] },
      'shape_mismatch',
      'input.shape',
      'must be [count, dim], two positive integers, got [2]'
    ],
    [
      { shape: [0, 3], data: [] },
      'shape_mismatch',
      'input.shape',
      'must be [count, dim], two positive integers, got [0,3]'
    ],
    [
      { shape: [1, 3.5], data: [] },
      'shape_mismatch',
      'input.shape',
      'must be [count, dim], two positive integers, got [1,3.5]'
    ],
    [{ shape: [2, 3], data: [1, 2] }, 'shape_mismatch', 'input.data', 'must hold 2 x 3 = 6 numbers, got 2'],
    [
      { shape: [2, 3], data: [[1, 2, 3]] },
      'shape_mismatch',
      'input.data',
      'must have the 2 rows of its shape, got 1'
    ],
    [{ shape: [1, 3], data: 'abc' }, 'invalid_argument', 'input.data', 'must be an array, got "abc"'],
    [
      { shape: [1, 3], data: [1, NaN, 3] },
      'not_finite',
      'input.data[1]',
      'must be a finite 32-bit number, got NaN'
    ],
    [
      { shape: [1, 3], data: [[1, 2, Infinity]] },
      'not_finite',
      'input.data[0][2]',
      'must be a finite 32-bit number, got Infinity'
    ],
    [{ ...batch, count: 3 }, 'shape_mismatch', 'input', 'must hold count x dim = 9 numbers, got 6'],
    [
      { ...batch, data: Float32Array.of(1, 2, 3, 4, NaN, 6) },
      'not_finite',
      'input[1][1]',
      'must be a finite 32-bit number, got NaN'
    ]
  ])('%o is refused', (value, code, path, what) => {
    expect(refusal(() => toBatch(value, 'input', 3))).toEqual({ code, path, message: `\`${path}\` ${what}` })
  })

  it('a row that is a hole in the array is refused', () => {
    const holes = [[1, 2, 3], , [4, 5, 6]] // eslint-disable-line no-sparse-arrays
    expect(refusal(() => toBatch(holes, 'input', 3)).path).toBe('input[1]')
  })
})

it('no value makes it throw anything but its own error', () => {
  const anything = fc.anything({
    withBigInt: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true
  })
  const nearly = fc.record(
    { shape: anything, data: anything, count: anything, dim: anything },
    { requiredKeys: [] }
  )
  fc.assert(
    fc.property(fc.oneof(anything, fc.array(anything), fc.array(fc.array(anything)), nearly), (value) => {
      try {
        toBatch(value, 'input', 2)
      } catch (error) {
        expect(error).toBeInstanceOf(GaussflowError)
      }
    }),
    { numRuns: 3000 }
  )
})
