import type { Points } from '../types.ts'
import { energyDistance } from './energy.ts'
import { mmd } from './mmd.ts'
import { slicedWasserstein } from './sliced.ts'
import { wasserstein } from './wasserstein.ts'

export { medianDistance } from './bandwidth.ts'
export { energyDistance, type EstimateOptions } from './energy.ts'
export { gaussianFit, gaussianWasserstein, type Gaussian } from './gaussian.ts'
export { mmd, type MmdOptions, type MmdResult } from './mmd.ts'
export { rocAuc } from './rocAuc.ts'
export {
  sinkhorn,
  sinkhornDivergence,
  type SinkhornDivergence,
  type SinkhornOptions,
  type SinkhornResult
} from './sinkhorn.ts'
export { slicedWasserstein, type SlicedOptions, type SlicedResult } from './sliced.ts'
export { matching, wasserstein, type Matching, type WassersteinOptions } from './wasserstein.ts'

/** A distance between two sets of points of one dimension. */
export type Metric = (x: Points, y: Points) => number

/**
 * What is a metric between sets of points, by name: symmetric, 0 from a set to itself, never longer than a detour. The
 * tests hold these laws on every one. `mmd` is of bandwidth 1; `energy` and `mmd` are roots, of the V-statistics.
 */
export const metrics = {
  w1: (x, y) => wasserstein(x, y, { order: 1 }),
  w2: (x, y) => wasserstein(x, y),
  'sliced-w1': (x, y) => slicedWasserstein(x, y, { order: 1 }).distance,
  'sliced-w2': (x, y) => slicedWasserstein(x, y).distance,
  energy: (x, y) => root(energyDistance(x, y, { estimate: 'v-statistic' })),
  mmd: (x, y) => root(mmd(x, y, { estimate: 'v-statistic', bandwidth: 1 }).squared)
} as const satisfies Record<string, Metric>

/** Rounding may leave slightly less than 0 of what is none. */
const root = (squared: number): number => Math.sqrt(Math.max(squared, 0))
