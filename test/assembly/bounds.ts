import { readFileSync } from 'node:fs'

/** One row of the numeric contract in assembly/README.md: what is written there is what is tested. */
interface Row {
  readonly name: string
  /** The largest error that is allowed, in ulps. */
  readonly bound: number
  /** The largest that was found, rounded up, and where; NaN where there is none. */
  readonly measured: number
  readonly at: number
}

const readme = readFileSync(new URL('../../assembly/README.md', import.meta.url), 'utf8')

export const ROWS: readonly Row[] = [
  ...readme.matchAll(/^\| `([\w-]+)` +\| ([\d.]+) ulp +\|(?: ([\d.]+)(?: at (\S+))?)? +\|/gm)
].map(([, name, bound, measured, at]) => ({
  name,
  bound: Number(bound),
  measured: Number(measured),
  at: Number(at)
}))

/** The bound of a function in ulps. */
export function bound(name: string): number {
  const row = ROWS.find((row) => row.name === name)
  if (row === undefined) throw new Error(`assembly/README.md states no bound for ${name}`)
  return row.bound
}
