import type { Mixture } from '../reference/mixture.ts'
import type { ScheduleName } from '../../src/schema/schedule.ts'
import { putF64, putSchedule, type Core } from './core.ts'

/** A mixture's record in the core. */
export function putMixture(
  core: Core,
  schedule: ScheduleName,
  { weights, means, variances, axes }: Mixture
): number {
  return core.newMixture(
    putSchedule(core, schedule),
    means[0].length,
    weights.length,
    putF64(core, weights.map(core.log64)),
    putF64(core, means.flat()),
    putF64(core, variances.flat()),
    axes ? putF64(core, axes.flat(2)) : 0
  )
}

/** `components` Gaussians in d dimensions; `rotated` gives each its own axes. */
export function randomMixture(next: () => number, components: number, d: number, rotated: boolean): Mixture {
  const vector = (f: (u: number) => number) => Array.from({ length: d }, () => f(next()))
  const several = <T>(f: () => T) => Array.from({ length: components }, f)
  const weights = several(() => 1.1 + next())
  const total = weights.reduce((s, w) => s + w, 0)
  return {
    weights: weights.map((w) => w / total),
    means: several(() => vector((u) => 2 * u)),
    variances: several(() => vector((u) => 0.02 + (u + 1) ** 2 / 2)),
    axes: rotated ? several(() => reflection(vector((u) => u + 0.01))) : undefined
  }
}

/** The same with one variance for all coordinates of a component. */
export function roundMixture(next: () => number, components: number, d: number): Mixture {
  const { variances, ...rest } = randomMixture(next, components, d, false)
  return { ...rest, variances: variances.map(([first]) => new Array<number>(d).fill(first)) }
}

/** The orthogonal matrix I - 2 n n^T / |n|^2. */
function reflection(n: number[]): number[][] {
  const square = n.reduce((s, v) => s + v * v, 0)
  return n.map((a, i) => n.map((b, j) => Number(i === j) - (2 * a * b) / square))
}
