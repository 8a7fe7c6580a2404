import { expect, it } from 'vitest'
import { withMeasurements } from '../../scripts/ulps/table.ts'

const TEXT = `# The core

| function   | error at most | measured | limits |
| ---------- | ------------- | -------- | ------ |
| \`exp64\`    | 1 ulp         | 0.5 at 1 | all    |
| \`relu\`     | 0 ulp         |          |        |
| \`gelu\`     | 2 ulp         |          | of x   |
| \`gelu-erf\` | 2.5 ulp       | 9 at 9   | more   |

Measured on a day
long gone.

The end.
`
const DATE = new Date('2026-05-04T23:00:00Z')
const worst = (ulps: number, x: number, points = 4278190080) => ({ ulps, x, points })

it('what was measured is written into its row alone, rounded up, with the shortest number that is the place', () => {
  const found = new Map([
    ['exp64', worst(0.8501, Math.fround(0.1), 12345678)],
    ['relu', worst(0, 0)],
    ['gelu-erf', worst(2.25, Math.fround(0.1))]
  ])
  const rows = withMeasurements(TEXT, found, DATE).match(/^\| `.*$/gm)
  expect(rows?.map((row) => row.replace(/ +/g, ' '))).toEqual([
    '| `exp64` | 1 ulp | 0.86 at 0.10000000149011612 | all |',
    '| `relu` | 0 ulp | 0 | |',
    '| `gelu` | 2 ulp | | of x |',
    '| `gelu-erf` | 2.5 ulp | 2.25 at 0.1 | more |'
  ])
})

it('the text says on which day, and at how many points the sweeps are at least', () => {
  const found = new Map([
    ['exp64', worst(0.85, 0.1, 12345678)],
    ['gelu', worst(1, 1)]
  ])
  const text = withMeasurements(TEXT, found, DATE)
  expect(text).toMatch(/^Measured on 2026-05-04 by [^]* at 12 million points or more [^]*\n\nThe end\.$/m)
  expect(text).not.toContain('long gone')
})

it('a function that the contract does not name is refused', () => {
  expect(() => withMeasurements(TEXT, new Map([['tan64', worst(1, 1)]]), DATE)).toThrow('no row for tan64')
})
