import { symmetricEigen, type Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import { largestOf, smallestOf } from './base.ts'
import { dot, rowOf, solve, solving, unit } from './curvature.ts'
import { groupsOf } from './ordering.ts'
import { axisOf } from './starts.ts'

type Point = readonly number[]

/** Components k and l that weigh the same on a cone about a direction, where their pulls part ever more. */
export interface Crossing {
  readonly k: number
  readonly l: number
  readonly along: Point
}

const WORK = 2e7 // multiplications or so that a search may cost, some 50 ms
const SEEN = 200 // directions that are looked at
const JACOBI = 60 // multiplications that an eigendecomposition takes, times d^3
const HALVINGS = 60
const [EQUAL, PARTED] = [1e-9, 1e-6] // precisions that may be one, and pulls that are two
const BACKWARD = 2 ** -48 // of the largest variance: what rounding leaves of a matrix

/** A direction, the precision of each class there, and which is the least. */
interface Look {
  readonly y: Point
  readonly least: number
  readonly precisions: readonly number[]
  /** By how much rounding may have each off. */
  readonly doubts: readonly number[]
}

/** S_k^-1 y of each class, and the precisions y' S_k^-1 y. */
interface Seen {
  readonly pulls: readonly (readonly number[])[]
  readonly precisions: readonly number[]
}

/**
 * Where hess U has no lower bound. Far out along y those components weigh most whose precision y' S_k^-1 y is the least. If one is
 * the least in one direction and another in another, there are two, A = S_k^-1 and B = S_l^-1, that are both the least at a y
 * between, and if (A - B) y is not 0, they weigh the same on a surface that passes s y for any s, with pulls S_k^-1 x that
 * differ by s (A - B) y there: hess U falls like minus s^2.
 *
 * Complete where the covariances are axis-aligned; else as far as it comes in time, a covariance after the other being held
 * against the one that is the widest in some direction.
 */
export function crossingOf(mixture: Mixture): Crossing | undefined {
  const { covariances, dim } = mixture
  if (dim === 1) return undefined
  const firsts = groupsOf(covariances).map(([first]) => first)
  if (firsts.length === 1) return undefined
  const classes = firsts.map((k) => covariances[k])
  let left = WORK
  const seenAt = (y: Point): Seen => {
    left -= classes.length * (solving(mixture) + dim)
    const pulls = classes.map((eigen) => solve(eigen, y))
    return { pulls, precisions: pulls.map((pull) => dot(y, pull)) }
  }
  // To first order y' (S + E)^-1 y is off by (S^-1 y)' E (S^-1 y); along axes nothing is.
  const widths = classes.map(({ values }) => (mixture.aligned ? 0 : largestOf(values)))
  const isLess = ({ precisions, doubts }: Look, i: number, j: number) =>
    precisions[j] - precisions[i] > EQUAL * precisions[j] + doubts[i] + doubts[j]
  const looks: Look[] = []
  for (const y of directionsOf(mixture, classes, (used) => (left -= used))) {
    if (left < 0 || looks.length === SEEN) break
    const { pulls, precisions } = seenAt(y)
    const doubts = pulls.map((pull, i) => BACKWARD * widths[i] * dot(pull, pull))
    const look = { y, precisions, doubts, least: precisions.indexOf(smallestOf(precisions)) }
    for (const other of looks) {
      const [i, j] = [look.least, other.least]
      if (i === j || !isLess(look, i, j) || !isLess(other, j, i)) continue
      const found = meeting(look, other, seenAt)
      if (found !== undefined) return { k: firsts[found.i], l: firsts[found.j], along: found.y }
    }
    looks.push(look)
  }
  return undefined
}

/** Where from one look to another the first's component ceases to be the least; unless the pulls do not part there. */
function meeting({ y: from, least: i }: Look, { y: to }: Look, seenAt: (y: Point) => Seen) {
  const sign = dot(from, to) < 0 ? -1 : 1
  const between = (share: number) => unit(from.map((v, n) => (1 - share) * v + share * sign * to[n])) ?? from
  let [low, high] = [0, 1]
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2
    const { precisions } = seenAt(between(middle))
    if (precisions.every((value) => precisions[i] <= value * (1 + EQUAL / 4))) low = middle
    else high = middle
  }
  const y = between(high)
  const { pulls, precisions } = seenAt(y)
  const j = precisions.indexOf(smallestOf(precisions))
  const [own, other] = [pulls[i], pulls[j]]
  const off = own.map((value, n) => value - other[n])
  const isParted = dot(off, off) > PARTED * PARTED * dot(own, own)
  return i !== j && isParted ? { i, j, y } : undefined
}

/** The axes of all, the widest first; then of each the direction in which it is widest beside the first. */
function* directionsOf(
  { aligned, dim }: Mixture,
  classes: readonly Eigen[],
  spend: (work: number) => void
): Generator<Point> {
  const axes = aligned ? dim : Math.max(1, Math.min(dim, Math.floor(SEEN / 2 / classes.length)))
  for (let i = 0; i < axes; i++)
    for (const eigen of aligned ? classes.slice(0, 1) : classes) yield axisOf(eigen, i, 1)
  if (aligned) return
  const first = inverseOf(classes[0], dim)
  for (const eigen of classes.slice(1)) {
    spend((JACOBI + 1) * dim * dim * dim)
    const off = symmetricEigen(
      inverseOf(eigen, dim).map((value, n) => value - first[n]),
      dim
    )
    for (const extreme of [smallestOf(off.values), largestOf(off.values)])
      yield rowOf(off, off.values.indexOf(extreme))
  }
}

function inverseOf({ values, axes }: Eigen, dim: number): Float64Array {
  const out = new Float64Array(dim * dim)
  for (let k = 0; k < dim; k++)
    for (let i = 0; i < dim; i++)
      for (let j = 0; j < dim; j++) out[i * dim + j] += (axes[k * dim + i] * axes[k * dim + j]) / values[k]
  return out
}
