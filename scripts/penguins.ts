import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Batch } from '../src/types.ts'

/** By the numbers that the class has. */
const SPECIES = ['Adelie', 'Chinstrap', 'Gentoo'] as const
const MEASURES = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'] as const
type Penguin = Readonly<Record<(typeof MEASURES)[number], number | null>> & { readonly Species: string }

/** The 342 penguins of Palmer station with all four measurements, and their species (Horst, Hill & Gorman; CC0). */
export function loadPenguins(): Batch & { readonly columns: readonly string[] } {
  const place = fileURLToPath(new URL('../node_modules/vega-datasets/data/penguins.json', import.meta.url))
  const all = JSON.parse(readFileSync(place, 'utf8')) as readonly Penguin[]
  const known = all.filter((penguin) => MEASURES.every((name) => penguin[name] !== null))
  const rows = known.map((penguin) => [
    ...MEASURES.map((name) => penguin[name] ?? NaN),
    SPECIES.findIndex((name) => name === penguin.Species)
  ])
  const columns = [...MEASURES, 'species']
  return { columns, count: rows.length, dim: columns.length, data: Float32Array.from(rows.flat()) }
}
