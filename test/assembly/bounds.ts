import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../../assembly/README.md', import.meta.url), 'utf8')
const rows = [...readme.matchAll(/^\| `([\w-]+)` +\| ([\d.]+) ulp +\|/gm)].map(
  ([, name, ulp]) => [name, Number(ulp)] as const
)
const bounds = new Map(rows)

/** The bound that assembly/README.md's numeric contract states for a function: what is written there is what is tested. */
export function bound(name: string): number {
  const ulp = bounds.get(name)
  if (ulp === undefined) throw new Error(`assembly/README.md states no bound for ${name}`)
  return ulp
}
