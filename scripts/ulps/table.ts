import type { Worst } from './worst.ts'

const MEASURED = /^Measured on [^]*?(?=\n\n)/m

/** The text of assembly/README.md with what was found in the table of the numeric contract, and when below it. */
export function withMeasurements(text: string, found: ReadonlyMap<string, Worst>, date: Date): string {
  let result = text
  let fewest = Infinity
  for (const [name, { ulps, x, points }] of found) {
    const row = new RegExp(`^(\\| \`${name}\` +\\| [\\d.]+ ulp +\\|)[^|]*\\|`, 'm')
    if (!row.test(text)) throw new Error(`assembly/README.md has no row for ${name}`)
    result = result.replace(row, (_, start: string) => `${start} ${cell(ulps, place(name, x))} |`)
    if (inDoubles(name)) fewest = Math.min(fewest, points)
  }
  if (!MEASURED.test(result)) throw new Error('assembly/README.md does not say when it was measured')
  return result.replace(MEASURED, () => when(date, Math.floor(fewest / 1e6)))
}

const inDoubles = (name: string): boolean => name.endsWith('64')
const place = (name: string, x: number): string => (inDoubles(name) ? String(x) : shortestF32(x))

/** Rounded up: what is written is never less than what was found. */
function cell(ulps: number, place: string): string {
  return ulps === 0 ? '0' : `${(Math.ceil(100 * ulps) / 100).toFixed(2)} at ${place}`
}

/** The fewest digits that give the same f32. */
function shortestF32(x: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits))
    if (Math.fround(short) === x) return String(short)
  }
  return String(Number(x.toPrecision(9)))
}

function when(date: Date, millions: number): string {
  return [
    `Measured on ${date.toISOString().slice(0, 10)} by \`npm run measure:ulps\` against references of 95 bits and more, and rounded up: the activations at`,
    `every finite f32, the others at ${millions} million points or more each, among them every binade and the neighbourhoods of where their pieces meet and`,
    'of the multiples of pi / 2.'
  ].join('\n')
}
