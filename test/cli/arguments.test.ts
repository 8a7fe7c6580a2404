import { expect, it } from 'vitest'
import { numeral, parseArguments } from '../../src/cli/arguments.ts'
import type { Options } from '../../src/cli/command.ts'
import { distance, suggestion } from '../../src/cli/nearest.ts'

const options: Options = {
  count: { value: 'N', description: '' },
  input: { value: 'FILE', description: '' },
  quiet: { description: '' }
}
const parse = (line: string) => parseArguments(line.split(' '), options)

it.each([
  ['digits --count 3', ['digits'], { count: '3' }],
  ['--count=3 digits', ['digits'], { count: '3' }],
  ['digits --quiet', ['digits'], { quiet: true }],
  ['--quiet digits', ['digits'], { quiet: true }],
  ['digits --count -1', ['digits'], { count: '-1' }],
  ['digits --input -', ['digits'], { input: '-' }],
  ['digits --input --odd.json', ['digits'], { input: '--odd.json' }],
  ['--count 1 -- --quiet', ['--quiet'], { count: '1' }]
])('reads "%s"', (line, positionals, flags) => {
  expect(parse(line)).toEqual({ positionals, flags })
})

it.each([
  ['--cuont 3', 'there is no flag --cuont; did you mean --count?'],
  ['--temperature 3', 'there is no flag --temperature; the flags are --count, --input, --quiet'],
  ['-c 3', 'there is no flag -c; the flags are --count, --input, --quiet'],
  ['--toString 3', 'there is no flag --toString; the flags are --count, --input, --quiet'],
  ['--count', '`--count` must be followed by its value, as in --count N'],
  ['--count=', '`--count` must be followed by its value, as in --count N'],
  ['--count --quiet', '`--count` must be followed by its value, as in --count N'],
  ['--count 1 --count 2', '`--count` must be given once'],
  ['--quiet=yes', '`--quiet` must stand alone, got the value yes']
])('refuses "%s"', (line, message) => {
  expect(() => parse(line)).toThrow(expect.objectContaining({ name: 'UsageError', message }))
})

it.each([
  ['12', 12],
  ['-1', -1],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['1e3', 1000],
  ['0x10', '0x10'],
  ['Infinity', 'Infinity'],
  ['', ''],
  ['12 apples', '12 apples'],
  [true, true],
  [undefined, undefined]
] as const)('the numeral %j stands for %j', (text, value) => {
  expect(numeral(text)).toBe(value)
})

it.each([
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'ab', 1],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3]
])('the distance from "%s" to "%s" is %i edits', (a, b, edits) => {
  expect(distance(a, b)).toBe(edits)
  expect(distance(b, a)).toBe(edits)
})

it('suggests the closest word, and none where none is close', () => {
  expect(suggestion('smaple', ['encode', 'sample', 'serve'])).toBe('; did you mean sample?')
  expect(suggestion('Sample', ['encode', 'sample', 'serve'])).toBe('; did you mean sample?')
  expect(suggestion('quantize', ['encode', 'sample', 'serve'])).toBe('')
})
