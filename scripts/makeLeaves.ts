/** Writes docs/data/leaves.csv, made-up measurements of the leaves of three kinds of trees in centimetres: `node scripts/makeLeaves.ts`. */
import { writeFileSync } from 'node:fs'
import { normals, STREAM } from '../src/train/draws.ts'

const KINDS = [
  { kind: 'beech', length: 7.5, width: 4.8, stalk: 1.1, spread: 0.12 },
  { kind: 'willow', length: 9.5, width: 1.6, stalk: 0.8, spread: 0.15 },
  { kind: 'oak', length: 11, width: 6.4, stalk: 0.5, spread: 0.18 }
]
const EACH = 100

const z = new Float32Array(4 * EACH * KINDS.length)
normals(1, STREAM.noise, 0, 0, z.length, z, 0)
const lines = Array.from({ length: EACH * KINDS.length }, (_, i) => {
  const { kind, length, width, stalk, spread } = KINDS[i % KINDS.length]
  const [size, l, w, s] = z.subarray(4 * i, 4 * i + 4)
  // Leaves of a tree are large or small as wholes, and each differs a little besides.
  const of = (mean: number, own: number): string => (mean * Math.exp(spread * size + 0.06 * own)).toFixed(1)
  return [of(length, l), of(width, w), of(stalk, s), kind].join(',')
})
writeFileSync('docs/data/leaves.csv', `length,width,stalk,kind\n${lines.join('\n')}\n`)
