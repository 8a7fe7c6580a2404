import type { Mixture } from '../target/mixture.ts'
import { largestOf } from './base.ts'
import { dot, solve, times, unit } from './curvature.ts'
import { nearestOf } from './hull.ts'
import { groupsOf } from './ordering.ts'

type Point = readonly number[]

/** Components that alone weigh anything far out in a direction. */
export interface Face {
  readonly members: readonly number[]
  readonly outward: Point
}

const WORK = 2.5e7 // multiplications or so that a search may cost, some 60 ms
const PAIRS = 20000
const STEPS = 300
const MANY = 200 // components of which not all pairs are looked at
const [MARGIN, HELD] = [1e-9, 1e-6] // of what is compared, and a share that counts

/**
 * The smallest faces of the hull of means that share a covariance S that hold two of them, the pairs furthest apart first: edges,
 * and where the line between two is none, the face that it runs through. So many at most, as far as they are found in time.
 *
 * On a face n . m is larger than of all other means, for some n. Far out along S n the components of the face weigh against
 * each other what they weigh here, and all others nothing, if S is the widest covariance in that direction.
 */
export function facesOf(mixture: Mixture, most: number): Face[] {
  const faces = new Map<string, Face>()
  if (mixture.dim === 1) return []
  const groups = groupsOf(mixture.covariances)
  const work = { left: WORK }
  for (const { group, i, j } of pairsOf(mixture, groups, work)) {
    if (faces.size === most || work.left < 0) break
    const face = faceOf(
      group.map((k) => mixture.means[k]),
      [i, j],
      work
    )
    if (face === undefined || face.members.length === mixture.means.length) continue
    const outward = unit(times(mixture.covariances[group[0]], face.normal))
    if (outward === undefined) continue
    const own = precisionAlong(mixture, group[0], outward)
    const others = groups.filter((one) => one !== group)
    work.left -= others.length * mixture.dim * (mixture.aligned ? 3 : mixture.dim)
    if (!others.every(([k]) => precisionAlong(mixture, k, outward) > own * (1 + MARGIN))) continue
    const members = face.members.map((member) => group[member])
    faces.set(members.join(), { members, outward })
  }
  return [...faces.values()]
}

/** Pairs of components with one covariance, in units of it the furthest apart first. */
function pairsOf(mixture: Mixture, groups: readonly (readonly number[])[], work: { left: number }) {
  const { means, covariances, dim, aligned } = mixture
  const pairs: {
    readonly group: readonly number[]
    readonly i: number
    readonly j: number
    readonly apart: number
  }[] = []
  const cost = dim * (aligned ? 4 : 2 * dim) + 10
  for (const group of groups) {
    const some = outermost(mixture, group, work)
    for (const [at, i] of some.entries())
      for (const j of some.slice(0, at)) {
        if (pairs.length === PAIRS || work.left < WORK / 2) break
        work.left -= cost
        const between = minus(means[group[i]], means[group[j]])
        pairs.push({ group, i, j, apart: dot(between, solve(covariances[group[0]], between)) })
      }
  }
  return pairs.sort((one, other) => other.apart - one.apart)
}

/** Places in a group: all, or where they are many those of the means that lie furthest along the axes and between two of these. */
function outermost({ means, dim }: Mixture, group: readonly number[], work: { left: number }): number[] {
  if (group.length <= MANY) return [...group.keys()]
  const found = new Set<number>()
  const ways: [number, number, number][] = []
  for (let i = 0; i < dim && ways.length < MANY; i++)
    for (let j = 0; j <= i && ways.length < MANY; j++) ways.push([i, j, 1], [i, j, -1])
  for (const [i, j, sign] of ways) {
    if (work.left < WORK * 0.9) break
    work.left -= 8 * group.length
    let [low, high] = [0, 0]
    const along = (at: number) => {
      const mean = means[group[at]]
      return i === j ? mean[i] : mean[i] + sign * mean[j]
    }
    for (let at = 0; at < group.length; at++) {
      if (along(at) < along(low)) low = at
      if (along(at) > along(high)) high = at
    }
    found.add(low).add(high)
  }
  return [...found]
}

/**
 * The smallest face that holds points i and j: the line between them is drawn together in 0. If the hull of the others does
 * not hold 0 then, the way to its point nearest 0 is a normal of the line; if it does, the points that make 0 are of the
 * face too, and are drawn together as well.
 */
function faceOf(points: readonly Point[], [i, j]: readonly [number, number], work: { left: number }) {
  const dim = points[0].length
  const drawn = new Float64Array(points.length * dim)
  for (let k = 0; k < points.length; k++)
    for (let at = 0; at < dim; at++) drawn[k * dim + at] = points[k][at] - points[i][at]
  let lengths = lengthsOf(drawn, dim)
  const size = largestOf(lengths)
  const basis: Point[] = []
  const draw = (k: number) => {
    const along = unit(Array.from(drawn.subarray(k * dim, (k + 1) * dim)))
    if (along === undefined || lengths[k] <= MARGIN * size) return
    basis.push(along)
    drawTogether(drawn, along)
    lengths = lengthsOf(drawn, dim)
    work.left -= 3 * drawn.length
  }
  work.left -= 2 * drawn.length
  draw(j)
  while (basis.length > 0 && work.left > 0) {
    const [members, others]: [number[], number[]] = [[], []]
    lengths.forEach((length, k) => (length > MARGIN * size ? others : members).push(k))
    if (others.length === 0) {
      const normal = aside(basis, dim)
      return normal && { members, normal }
    }
    const values = new Float64Array(others.length * dim)
    others.forEach((k, row) => {
      for (let at = 0; at < dim; at++) values[row * dim + at] = drawn[k * dim + at]
    })
    const cost = 1.5 * values.length + 8 * others.length
    const nearest = nearestOf({ values, dim }, size, Math.min(STEPS, Math.ceil(work.left / cost)))
    work.left -= nearest.steps * cost + 2 * drawn.length
    if (nearest.apart) return { members, normal: Array.from(nearest.point, (value) => -value) }
    if (Math.sqrt(dot(nearest.point, nearest.point)) > MARGIN * size) return undefined
    const before = basis.length
    others.forEach((k, row) => {
      if (nearest.shares[row] > HELD) draw(k)
    })
    if (basis.length === before) return undefined
  }
  return undefined
}

/** Takes from every row what it has along a direction. */
function drawTogether(rows: Float64Array, along: Point): void {
  const dim = along.length
  for (let from = 0; from < rows.length; from += dim) {
    let share = 0
    for (let at = 0; at < dim; at++) share += rows[from + at] * along[at]
    for (let at = 0; at < dim; at++) rows[from + at] -= share * along[at]
  }
}

function lengthsOf(rows: Float64Array, dim: number): Float64Array {
  const lengths = new Float64Array(rows.length / dim)
  for (let k = 0; k < lengths.length; k++) {
    let sum = 0
    for (let at = 0; at < dim; at++) sum += rows[k * dim + at] * rows[k * dim + at]
    lengths[k] = Math.sqrt(sum)
  }
  return lengths
}

/** Some direction across all of these, where there is one. */
function aside(basis: readonly Point[], dim: number): Point | undefined {
  if (basis.length >= dim) return undefined
  const across = (axis: number) =>
    basis.reduce<number[]>(
      (x, along) => {
        const share = dot(x, along)
        return x.map((value, k) => value - share * along[k])
      },
      Array.from({ length: dim }, (_, k) => Number(k === axis))
    )
  const ways = Array.from({ length: Math.min(dim, basis.length + 1) }, (_, axis) => across(axis))
  return unit(ways.reduce((longest, way) => (dot(way, way) > dot(longest, longest) ? way : longest)))
}

const precisionAlong = ({ covariances }: Mixture, k: number, x: Point): number =>
  dot(x, solve(covariances[k], x))

const minus = (x: Point, y: Point): number[] => x.map((value, k) => value - y[k])
