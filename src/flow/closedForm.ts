import type { Target } from '../schema/flowFile.ts'
import { empiricalVelocity } from '../target/empirical.ts'
import { mixtureOf, mixtureVelocity } from '../target/mixture.ts'
import type { Core } from '../wasm/core.ts'
import type { Cost } from './cost.ts'
import type { Placed } from './placed.ts'

// In the units of `Cost`, measured on the core to within a factor of two.
const EXPONENTIAL = 500
const DOUBLE = 16 // a multiply and an add in 64 bits, one at a time
const EIGEN = 50 // rotations of a matrix entry until its eigenvectors are found

type ClosedForm = Exclude<Target, { kind: 'network' }>

/** Puts a closed form into the core. */
export function putClosedForm(core: Core, schedule: number, target: ClosedForm): Placed {
  const mixture = mixtureOf(target)
  const cost = closedFormCost(target)
  if (mixture !== undefined) {
    const velocity = mixtureVelocity(core, schedule, mixture)
    return { velocity, dim: mixture.dim, cost, mixture, finiteAtEnd: true }
  }
  if (target.kind !== 'empirical') throw new TypeError('the other targets are mixtures')
  return {
    velocity: empiricalVelocity(core, schedule, target),
    dim: target.points[0].length,
    cost,
    mixture,
    finiteAtEnd: target.bandwidth > 0
  }
}

/** The cost of a closed form's velocity. */
export function closedFormCost(target: ClosedForm): Cost {
  switch (target.kind) {
    case 'gaussian':
      return mixtureCost(1, target.mean.length, true)
    case 'mixture':
      return mixtureCost(target.weights.length, target.means[0].length, target.covariances !== undefined)
    case 'empirical':
      return empiricalCost(target.points.length, target.points[0].length)
  }
}

/** A component turns a row into the axes of its covariance and back, which opening finds in O(dim^3). */
function mixtureCost(components: number, dim: number, turned: boolean): Cost {
  const row = EXPONENTIAL + 10 * DOUBLE * dim + (turned ? 2 * DOUBLE * dim * dim : 0)
  return { perRow: components * row, shared: 0, opening: turned ? components * EIGEN * DOUBLE * dim ** 3 : 0 }
}

function empiricalCost(points: number, dim: number): Cost {
  return { perRow: points * (EXPONENTIAL + 3 * DOUBLE * dim), shared: 0, opening: 0 }
}
