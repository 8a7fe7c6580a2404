import { tableaus, type Batch, type Flow, type SolverName, type Tableau } from '../../src/index.web.ts'
import type { Points, Solving } from './backend.ts'

export interface Path {
  /** States along the way in data units, from noise to data, shape (frames, dim). */
  readonly rows: Points
  /** The time of each frame. */
  readonly times: readonly number[]
  readonly nfe: number
}

export interface PathRequest {
  readonly seed: number
  /** Which sample of the seed. */
  readonly index: number
  readonly solving: Solving
  /** How many states to keep, spread evenly over the steps, both ends included. */
  readonly frames: number
}

/**
 * The road that one sample takes: x' = v(t, x) from its source noise, by the same method and steps as the sample itself.
 * Frames show the state x as data = shift + scale x, one ruler for noise and digit alike.
 */
export function pathOf(flow: Flow, { seed, index, solving: { solver, steps }, frames }: PathRequest): Path {
  const { dim } = flow
  const tableau = tableauOf(solver)
  const kept = Math.min(frames, steps + 1)
  const data = new Float32Array(kept * dim)
  const times: number[] = []
  let x: Float32Array = flow.source({ count: 1, seed, first: index }).data.slice()
  for (let n = 0; n <= steps; n++) {
    if (n > 0) x = step(flow, tableau, x, (n - 1) / steps, 1 / steps)
    if (Math.round((times.length * steps) / (kept - 1)) !== n) continue
    data.set(toData(flow, { count: 1, dim, data: x }).data, times.length * dim)
    times.push(n / steps)
  }
  return { rows: { count: kept, dim, data }, times, nfe: steps * tableau.b.length }
}

/** States on the scale of the data. */
export function toData(flow: Flow, { count, dim, data }: Batch): Points {
  const { shift, scale } = flow.manifest?.preprocessing ?? { shift: 0, scale: 1 }
  const at = (v: number | readonly number[], j: number): number => (typeof v === 'number' ? v : v[j])
  return { count, dim, data: Float32Array.from(data, (x, i) => at(shift, i % dim) + at(scale, i % dim) * x) }
}

/** One step of an explicit Runge-Kutta method. */
function step(flow: Flow, { a, b, c }: Tableau, x: Float32Array, t: number, h: number): Float32Array {
  const slopes: Float32Array[] = []
  const moved = (weights: readonly number[]): Float32Array =>
    x.map((value, j) => value + h * slopes.reduce((sum, slope, i) => sum + weights[i] * slope[j], 0))
  for (let i = 0; i < b.length; i++) {
    const time = Math.min(1, t + c[i] * h)
    slopes.push(flow.velocity({ count: 1, dim: x.length, data: moved(a[i]) }, { time }).velocity.data)
  }
  return moved(b)
}

export function tableauOf(name: SolverName): Tableau {
  return tableaus.find((tableau) => tableau.name === name) ?? tableaus[0]
}
