import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ERROR_CODES } from '../src/error.ts'
import { STATUS } from '../worker/problem.ts'

const LISTED = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm)]

it('docs/errors.md lists every code with the status that the worker gives it', () => {
  expect(Object.fromEntries(LISTED.map(([, code, status]) => [code, Number(status)]))).toEqual(STATUS)
})

it('docs/errors.md begins with the codes of the library, in their order', () => {
  expect(LISTED.slice(0, ERROR_CODES.length).map(([, code]) => code)).toEqual([...ERROR_CODES])
})
