import type { Batch, Flow } from '../../src/index.web.ts'
import type { Points, Solving, Wish } from './backend.ts'

export interface Path {
  /** States along the way in data units, from noise to data, shape (frames, dim). */
  readonly rows: Points
  /** Velocity evaluations. */
  readonly nfe: number
}

export interface PathRequest {
  readonly seed: number
  /** Which sample of the seed. */
  readonly index: number
  readonly solving: Solving & Wish
  /** How many states to keep, spread evenly over the time, both ends included. */
  readonly frames: number
}

/** The road that one sample takes, by the same solver and steps as the sample itself: x as data = shift + scale x, one ruler for noise and digit alike. */
export async function pathOf(
  flow: Flow,
  { seed, index, solving, frames }: PathRequest,
  signal: AbortSignal
): Promise<Path> {
  const { dim } = flow
  const request = { ...solving, count: 1, seed, first: index }
  const times = Array.from({ length: frames }, (_, i) => i / (frames - 1))
  const data = new Float32Array(frames * dim)
  for await (const frame of flow.trajectory({ ...request, frames: times, signal }))
    data.set(frame.data, frame.index * dim)
  return { rows: { count: frames, dim, data }, nfe: flow.plan(request).nfe }
}

/** States on the scale of the data. */
export function toData(flow: Flow, { count, dim, data }: Batch): Points {
  const { shift, scale } = flow.manifest?.preprocessing ?? { shift: 0, scale: 1 }
  const at = (v: number | readonly number[], j: number): number => (typeof v === 'number' ? v : v[j])
  return { count, dim, data: Float32Array.from(data, (x, i) => at(shift, i % dim) + at(scale, i % dim) * x) }
}

/** How often a row evaluates the network: guided twice for each velocity. */
export function evaluationsOf(flow: Flow, { solver, steps, guidance = 1 }: Solving & Wish): number {
  return flow.plan({ count: 1, solver, steps }).nfe * (guidance === 1 ? 1 : 2)
}
