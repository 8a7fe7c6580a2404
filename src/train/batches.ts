import type { Batch } from '../types.ts'
import { conditionWidth, writeCondition, type Told } from '../network/condition.ts'
import { coupleByTransport } from './coupling.ts'
import { normals, permutation, STREAM, uniforms } from './draws.ts'
import type { TimeDistribution, TrainingSettings } from './settings.ts'

type PairSettings = Pick<
  TrainingSettings,
  'seed' | 'batch' | 'time' | 'conditionDropout' | 'architecture' | 'coupling'
>

/** Rows to learn from or to judge by, in units of the flow's states. */
export interface Examples {
  readonly states: Batch
  /** What each is told; empty of networks that are told nothing. */
  readonly told: readonly Told[]
  /** The noise that each row has; without, noise is drawn. */
  readonly noise: Batch | undefined
  /** The step to which each coordinate was rounded, 0 where it was not; empty where none was. */
  readonly rounding: readonly number[]
}

/** What one evaluation of the loss needs: data (rows, dim), noise (rows, dim), and one time and one condition per row. */
export interface Pairs {
  /** (rows, `conditionWidth`), as `writeCondition` writes them; empty for networks without. */
  readonly conditions: Float32Array
  readonly data: Float32Array
  readonly noise: Float32Array
  readonly times: Float64Array
}

/** The first part of a shuffled data set to train on, its last `heldOutCount` rows to judge by. */
export function splitData(
  data: Batch,
  heldOutCount: number,
  seed: number
): { train: Batch; heldOut: Batch; order: Uint32Array } {
  const order = permutation(seed, STREAM.split, 0, data.count)
  const cut = data.count - heldOutCount
  return { train: rows(data, order.subarray(0, cut)), heldOut: rows(data, order.subarray(cut)), order }
}

/** The rows of a batch with the given indices, in their order. */
export function rows({ dim, data }: Batch, indices: ArrayLike<number>): Batch {
  const out = new Float32Array(indices.length * dim)
  for (let i = 0; i < indices.length; i++)
    out.set(data.subarray(indices[i] * dim, (indices[i] + 1) * dim), i * dim)
  return { count: indices.length, dim, data: out }
}

/**
 * The pairs of each step. Every pass over the data has an order of its own, and everything is
 * a function of the seed and the step.
 */
export function trainingPairs(
  { states: { count, dim, data }, told, noise, rounding }: Examples,
  { seed, batch, time, conditionDropout, coupling, architecture: { condition } }: PairSettings
): (step: number) => Pairs {
  const width = conditionWidth(condition)
  let epoch = -1
  let order: Uint32Array = new Uint32Array()
  return (step) => {
    const pairs = {
      data: new Float32Array(batch * dim),
      noise: new Float32Array(batch * dim),
      times: new Float64Array(batch),
      conditions: new Float32Array(batch * width)
    }
    const chosen: number[] = []
    for (let i = 0; i < batch; i++) {
      const position = step * batch + i
      if (Math.floor(position / count) !== epoch) {
        epoch = Math.floor(position / count)
        order = permutation(seed, STREAM.shuffle, epoch, count)
      }
      const row = order[position % count]
      chosen.push(row)
      pairs.data.set(data.subarray(row * dim, (row + 1) * dim), i * dim)
      dequantise(pairs.data, i * dim, rounding, () => uniforms(seed, STREAM.dequantise, step, i, dim))
      if (noise === undefined) normals(seed, STREAM.noise, step, i, dim, pairs.noise, i * dim)
      else pairs.noise.set(noise.data.subarray(row * dim, (row + 1) * dim), i * dim)
      pairs.times[i] = drawTime(time, uniforms(seed, STREAM.time, step, i, 4))
      if (condition === undefined) continue
      const dropped = uniforms(seed, STREAM.dropout, step, i, 1)[0] < conditionDropout
      writeCondition(condition, dropped ? undefined : told[row], pairs.conditions, i * width)
    }
    if (coupling === 'optimal-transport')
      coupleByTransport(
        pairs.data,
        pairs.noise,
        dim,
        chosen.map((row) => told[row])
      )
    return pairs
  }
}

/**
 * Spreads a rounded row evenly over all that rounds to it, x + step (u - 1/2): a density of the values in place of atoms,
 * and rounding takes an output back.
 *
 * @see Theis, van den Oord & Bethge, "A note on the evaluation of generative models", arXiv 1511.01844.
 */
function dequantise(
  data: Float32Array,
  offset: number,
  rounding: readonly number[],
  draw: () => Float64Array
): void {
  if (rounding.length === 0) return
  const u = draw()
  rounding.forEach((step, j) => (data[offset + j] += step * (u[j] - 0.5)))
}

function drawTime(time: TimeDistribution, [u0, u1, u2, u3]: Float64Array): number {
  if (time.kind === 'uniform' || u2 < time.uniform) return u3
  const normal = Math.sqrt(-2 * Math.log(u0)) * Math.cos(2 * Math.PI * u1)
  return 1 / (1 + Math.exp(-(time.mean + time.sd * normal)))
}

/** The last time at which held-out rows are judged; nearer to 1 the loss is mostly noise nobody can foretell. */
const HELD_OUT_UNTIL = 0.95

/**
 * The first held-out rows with fixed noise and times that fill [0, 0.95] evenly, in chunks of 64 rows; where noise is coupled,
 * in chunks of a batch, coupled as those of the training are.
 */
export function heldOutPairs(
  { states, told, noise, rounding }: Examples,
  { seed, batch, coupling, architecture: { condition } }: Omit<PairSettings, 'time' | 'conditionDropout'>,
  most = 256
): Pairs[] {
  const { count, dim } = states
  const width = conditionWidth(condition)
  const n = Math.min(count, most)
  const data = states.data.slice(0, n * dim)
  const z = noise === undefined ? new Float32Array(n * dim) : noise.data.slice(0, n * dim)
  for (let i = 0; i < n; i++) {
    dequantise(data, i * dim, rounding, () => uniforms(seed, STREAM.heldOutDequantise, 0, i, dim))
    if (noise === undefined) normals(seed, STREAM.heldOut, 0, i, dim, z, i * dim)
  }
  // 97 is prime, so the times reach the rows in a scattered order.
  const stride = n % 97 === 0 ? 1 : 97
  const times = Float64Array.from({ length: n }, (_, i) => (HELD_OUT_UNTIL * (((i * stride) % n) + 0.5)) / n)
  const chunks: Pairs[] = []
  const coupled = coupling === 'optimal-transport'
  const size = coupled ? batch : 64
  for (let i = 0; i < n; i += size) {
    const end = Math.min(n, i + size)
    const conditions = new Float32Array((end - i) * width)
    for (let j = i; j < end && condition !== undefined; j++)
      writeCondition(condition, told[j], conditions, (j - i) * width)
    const pairs = {
      conditions,
      data: data.subarray(i * dim, end * dim),
      noise: z.subarray(i * dim, end * dim),
      times: times.subarray(i, end)
    }
    if (coupled) coupleByTransport(pairs.data, pairs.noise, dim, told.slice(i, end))
    chunks.push(pairs)
  }
  return chunks
}
