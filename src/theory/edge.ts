import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import { dot, solve, unit } from './curvature.ts'
import { isSame } from './ordering.ts'

type Point = readonly number[]

/** Components that alone weigh anything far out in a direction. */
export interface Edge {
  readonly members: readonly number[]
  readonly outward: Point
}

const WORK = 1e7 // multiplications or so that a search may cost, some 20 ms
const PAIRS = 20000
const STEPS = 200
const MARGIN = 1e-9 // of what is compared

/**
 * The longest edges of the hull of means that share a covariance S, so many at most, as far as they are found in time.
 *
 * Of an edge n . m is larger than of all other means, for some n. Far out along S n the components of the edge weigh against
 * each other what they weigh here, and all others nothing, if S is the widest covariance in that direction.
 */
export function edgesOf(mixture: Mixture, most: number): Edge[] {
  const edges: Edge[] = []
  let left = WORK
  for (const { group, i, j } of pairsOf(mixture)) {
    if (edges.length === most || left < 0) break
    const means = group.map((k) => mixture.means[k])
    const { members, normal, cost } = edgeOf(means, i, j)
    left -= cost
    const outward = normal && unit(times(mixture.covariances[group[0]], normal))
    if (outward === undefined) continue
    const own = precisionAlong(mixture, group[0], outward)
    const others = [...mixture.means.keys()].filter((k) => !group.includes(k))
    if (others.every((k) => precisionAlong(mixture, k, outward) > own * (1 + MARGIN)))
      edges.push({ members: members.map((member) => group[member]), outward })
  }
  return edges
}

/** Pairs of components with one covariance, in units of it the furthest apart first. */
function pairsOf({ means, covariances }: Mixture) {
  const groups = groupsOf(covariances)
  const pairs: {
    readonly group: readonly number[]
    readonly i: number
    readonly j: number
    readonly apart: number
  }[] = []
  for (const group of groups)
    for (let i = 1; i < group.length; i++)
      for (let j = 0; j < i && pairs.length < PAIRS; j++) {
        const between = minus(means[group[i]], means[group[j]])
        pairs.push({ group, i, j, apart: dot(between, solve(covariances[group[0]], between)) })
      }
  return pairs.sort((one, other) => other.apart - one.apart)
}

function groupsOf(covariances: readonly Eigen[]): number[][] {
  const groups: number[][] = []
  covariances.forEach((eigen, k) => {
    const group = groups.find(([first]) => isSame(covariances[first], eigen))
    if (group === undefined) groups.push([k])
    else group.push(k)
  })
  return groups
}

/**
 * Whether points i and j, and those on their line, are an edge: whether the others leave 0 outside of their hull when the line
 * is drawn together in 0. The point of the hull nearest 0 is sought step by step: once all others lie beyond it, it is normal.
 *
 * @see Gilbert, "An iterative procedure for computing the minimum of a quadratic form on a convex set", SIAM J. Control 4, 1966
 */
function edgeOf(points: readonly Point[], i: number, j: number) {
  const along = unit(minus(points[i], points[j]))
  if (along === undefined) return { members: [], normal: undefined, cost: 0 }
  const drawn = points.map((point) => across(minus(point, points[i]), along))
  const size = Math.sqrt(Math.max(...drawn.map((q) => dot(q, q)), dot(along, along)))
  const isOn = (q: Point) => dot(q, q) <= (MARGIN * size) ** 2
  const members = [...points.keys()].filter((k) => isOn(drawn[k]))
  const others = drawn.filter((q) => !isOn(q))
  const cost = points.length * along.length
  if (others.length === 0) return { members, normal: aside(along), cost }
  let nearest = others[0]
  for (let step = 1; step <= STEPS; step++) {
    const least = others.reduce((best, q) => (dot(nearest, q) < dot(nearest, best) ? q : best))
    const length = Math.sqrt(dot(nearest, nearest))
    const normal = nearest.map((value) => -value / length)
    if (dot(nearest, least) > MARGIN * size * length) return { members, normal, cost: (step + 1) * cost }
    const way = minus(least, nearest)
    const share = Math.min(1, -dot(nearest, way) / dot(way, way))
    nearest = nearest.map((value, k) => value + share * way[k])
  }
  return { members, normal: undefined, cost: (STEPS + 1) * cost }
}

/** Some direction across the line, of which there is none in one dimension. */
function aside(along: Point): Point | undefined {
  const axis = along.reduce((least, value, k) => (Math.abs(value) < Math.abs(along[least]) ? k : least), 0)
  return along.length === 1 ? undefined : unit(across(along.map((_, k) => Number(k === axis)), along)) // prettier-ignore
}

const across = (x: Point, along: Point): Point => {
  const share = dot(x, along)
  return x.map((value, k) => value - share * along[k])
}

const precisionAlong = ({ covariances }: Mixture, k: number, x: Point): number =>
  dot(x, solve(covariances[k], x))

const times = ({ values, axes }: Eigen, x: Point): number[] =>
  solve({ values: values.map((value) => 1 / value), axes }, x)

const minus = (x: Point, y: Point): number[] => x.map((value, k) => value - y[k])
