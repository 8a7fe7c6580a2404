import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCsv, parseCsv } from '../../src/io/csv.ts'
import { refusal } from '../fixtures/refusal.ts'
import { expectOnlyRefusals } from './hostile.ts'

it('numbers that were written are read back to the last bit', () => {
  const float = fc.float({ noDefaultInfinity: true, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.tuple(float, float, float), { minLength: 1, maxLength: 20 }), (rows) => {
      const data = Float32Array.from(rows.flat())
      const read = parseCsv(formatCsv({ count: rows.length, dim: 3, data }))
      expect(read).toMatchObject({ count: rows.length, dim: 3, columns: undefined })
      expect(new Uint32Array(read.data.buffer)).toEqual(new Uint32Array(data.buffer))
    })
  )
})

it('numbers are written with the fewest digits that read back as the same', () => {
  const data = Float32Array.of(0.1, 1 / 3, -2, 1e20, 16777217)
  expect(formatCsv({ count: 1, dim: 5, data })).toBe('0.1,0.33333334,-2,100000000000000000000,16777216\n')
})

it.each([
  ['with a header', 'length,width\n1,2\n3,4\n', ['length', 'width']],
  ['with a quoted header', '"length","width"\n1,2\n3,4\n', ['length', 'width']],
  ['without a header', '1,2\n3,4\n', undefined],
  ['without a line end at its end', '1,2\n3,4', undefined],
  ['with blank lines at its end', '1,2\n3,4\n\n \n', undefined],
  ['with line ends of Windows', '1,2\r\n3,4\r\n', undefined],
  ['with a byte order mark', '\uFEFF1,2\n3,4\n', undefined],
  ['with spaces around its numbers', ' 1 , 2\n3 ,4 \n', undefined],
  ['in exponents', '1e0,0.2E1\n30e-1,+4\n', undefined]
])('a table %s is read', (_, text, columns) => {
  expect(parseCsv(text)).toEqual({ count: 2, dim: 2, data: Float32Array.of(1, 2, 3, 4), columns })
})

describe('what is no table is refused with its place', () => {
  it.each([
    ['an empty file', '', /at least one row/],
    ['a header alone', 'a,b\n', /at least one row/],
    ['a word among numbers', '1,2\n3,x\n', /line 2, column 2 must be a finite number, got "x"/],
    ['a word among numbers below a header', 'a,b\n1,2\n3,x\n', /line 3, column 2 .*got "x"/],
    ['an empty cell', '1,2\n,4\n', /line 2, column 1 .*got ""/],
    ['a number that is not finite', '1,2\n3,Infinity\n', /line 2, column 2 .*got "Infinity"/],
    ['a number that 32 bits cannot hold', '1,2\n3,1e39\n', /line 2, column 2/],
    ['a row too short', '1,2\n3\n', /line 2 must have 2 columns, got 1/],
    ['a row too long', '1,2\n3,4,5\n', /line 2 must have 2 columns, got 3/],
    ['a blank line within', '1,2\n\n3,4\n', /line 2 must have 2 columns, got 1/],
    ['a header of another width', 'a,b,c\n1,2\n', /3 columns of the header, got 2/],
    // One bad cell does not make a row of numbers into names.
    ['a word in a first row of numbers', '1,x\n3,4\n', /line 1, column 2 must be a finite number, got "x"/],
    ['NaN in a first row of numbers', '1,nan\n3,4\n', /line 1, column 2 .*got "nan"/]
  ])('%s is refused', (_, text, message) => {
    const { code, message: said } = refusal(() => parseCsv(text))
    expect(code).toBe('invalid_file')
    expect(said).toMatch(message)
  })
})

it('no text makes the reader throw anything but its own error', () => {
  const valid = new TextEncoder().encode('a,b\n1,2\n3,4\n')
  expectOnlyRefusals((bytes) => parseCsv(new TextDecoder().decode(bytes)), valid)
})
