/**
 * How long does an exact W2 take, beside the assignment solver that npm has?
 *
 *     node bench/assignment.ts
 *
 * linear-sum-assignment is no dependency of this project: it is installed into a temporary folder, at the version below.
 * Results are checked to agree before they are printed; times are one run each, after one that warms up.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assign } from '../src/metric/assignment.ts'
import { squaredDistances } from '../src/metric/neighbours.ts'
import { normals, STREAM } from '../src/train/draws.ts'
import type { Batch } from '../src/types.ts'
import { describeMachine } from './machine.ts'
import { formatMachine } from './table.ts'

const RIVAL = 'linear-sum-assignment@1.0.9'
const PATIENCE = 1000 // rows: beyond, the rival takes minutes
type Rival = (cost: number[][], options: { maximaze: boolean }) => { gain: number }

/** Rows of N(mean, std^2 I). */
function cloud(count: number, dim: number, seed: number, mean = 0, std = 1): Batch {
  const data = new Float32Array(count * dim)
  normals(seed, STREAM.noise, 0, 0, data.length, data, 0)
  return { count, dim, data: data.map((z) => mean + std * z) }
}

const CASES: readonly (readonly [string, number, (n: number) => readonly [Batch, Batch]])[] = [
  ['two draws of one Gaussian', 2, (n) => [cloud(n, 2, 1), cloud(n, 2, 2)]],
  ['two Gaussians, 3 apart', 2, (n) => [cloud(n, 2, 1), cloud(n, 2, 2, 3)]],
  ['a Gaussian and one a tenth as wide', 2, (n) => [cloud(n, 2, 1), cloud(n, 2, 2, 0, 0.1)]],
  ['two draws of one Gaussian', 10, (n) => [cloud(n, 10, 1), cloud(n, 10, 2)]]
]

const folder = mkdtempSync(join(tmpdir(), 'gaussflow-assignment-'))
try {
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--silent', RIVAL])
  const path = join(folder, 'node_modules/linear-sum-assignment/lib/index.js')
  const { linearSumAssignment } = (await import(path)) as { linearSumAssignment: Rival }
  console.log(`${formatMachine(describeMachine())}\n`)
  console.log(`| points | rows | ours | ${RIVAL} | theirs / ours |\n| --- | --- | --- | --- | --- |`)
  assign(squaredDistances(cloud(300, 2, 1), cloud(300, 2, 2)), 300)
  for (const [name, dim, make] of CASES)
    for (const n of [500, 1000, 2000, 4000]) {
      const cost = squaredDistances(...make(n))
      const ours = timed(() => assign(cost, n).columns.reduce((sum, j, i) => sum + cost[i * n + j], 0))
      const cells = [`${name}, ${dim}-D`, n, `${ours.milliseconds.toFixed(0)} ms`]
      if (n > PATIENCE) {
        console.log(`| ${[...cells, '', ''].join(' | ')} |`)
        continue
      }
      const rows = Array.from({ length: n }, (_, i) => [...cost.subarray(i * n, (i + 1) * n)])
      const theirs = timed(() => linearSumAssignment(rows, { maximaze: false }).gain)
      if (Math.abs(ours.value - theirs.value) > 1e-9 * theirs.value)
        throw new Error(`${name}, ${n} rows: ours costs ${ours.value}, theirs ${theirs.value}`)
      const ratio = `${(theirs.milliseconds / ours.milliseconds).toPrecision(3)}x`
      console.log(`| ${[...cells, `${theirs.milliseconds.toFixed(0)} ms`, ratio].join(' | ')} |`)
    }
} finally {
  rmSync(folder, { recursive: true })
}

function timed<T>(run: () => T): { value: T; milliseconds: number } {
  const start = performance.now()
  const value = run()
  return { value, milliseconds: performance.now() - start }
}
