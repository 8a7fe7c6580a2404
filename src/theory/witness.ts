import type { Mixture } from '../target/mixture.ts'
import { square, type Elementary } from './base.ts'
import {
  bendAlong,
  bendOf,
  curvatureAt,
  dot,
  doubtOf,
  gradientOf,
  raised,
  solve,
  unit,
  viewFrom,
  viewing,
  type Bend,
  type Curvature,
  type Raised
} from './curvature.ts'
import { affordable, costOf, lineThrough, lowestOn, weigh, type Line } from './line.ts'
import { leastVariance } from './ordering.ts'
import { costOfStart, moved, scattered, startsOf } from './starts.ts'

type Point = readonly number[]

const WORK = 6e7 // multiplications or so that a search may cost, some 150 ms
const [DENSE, SCAN, STEP] = [4000, 240, 100] // places on a line: on the only one, at a start and at a step, with few components
const MOST_LINES = 600
const FEW = 3 // dimensions in which a line tells something whatever it costs
const KEPT = 40 // starts that are followed
const ROUNDS = 20
const TURNS = 6
const SETTLED = 1e-10
const POLISH = 0.1 // of the work of a search
const [SHRINKING, CLOSEST] = [0.93, 1e-4] // of a step that finds nothing, and of the narrowest width

/**
 * Where the density of a mixture bends least, as far as a search tells that ends in time: the value is true at its point.
 *
 * @param part of the time that is usual
 */
export function leastCurvature(mixture: Mixture, math: Elementary, part = 1): Curvature {
  return doubted(raised(mixture, math), 1, math, WORK * part)
}

/** Where it bends most, in the same sense. */
export function largestCurvature(mixture: Mixture, math: Elementary): Curvature {
  return doubted(raised(mixture, math), -1, math, WORK)
}

function doubted(mixture: Raised, sign: 1 | -1, math: Elementary, work: number): Curvature {
  const found = search(mixture, sign, math, work)
  return { ...found, doubt: doubtOf(mixture, found, math) }
}

/**
 * On lines through means along their axes, and across and along where two components weigh the same, u' hess U u is scanned;
 * from the best places on, u turns to the extreme eigenvector and x walks along u, the gradient, and its last way by turns.
 */
function search(mixture: Raised, sign: 1 | -1, math: Elementary, work: number): Bend {
  const { dim } = mixture
  const looking = viewing(mixture)
  const on = (x: Point, e: Point, u: Point, count: number): Bend => {
    const f = bendOn(mixture, x, e, u, math)
    const { s } = lowestOn(f.line, (place) => sign * f.at(place), count)
    return curvatureAt(mixture, moved(x, e, s), u, math)
  }
  const better = (one: Bend, other: Bend) => sign * (one.value - other.value)
  // Of what is the same but for rounding the first, which is near the means.
  const best = (all: readonly Bend[]) =>
    all.reduce((most, one) => (better(one, most) < -SETTLED * (1 + Math.abs(most.value)) ? one : most))
  if (dim === 1) {
    const [{ x, e, along }] = startsOf(mixture, sign, 1, math)
    return best([curvatureAt(mixture, x, along, math), on(x, e, along, affordable(mixture, DENSE, work))])
  }
  const scan = affordable(mixture, SCAN, work / 4)
  const each = costOfStart(mixture) + 2 * looking + costOf(mixture, scan)
  if (each > work && dim > FEW) {
    const [{ x, along }] = startsOf(mixture, sign, 1, math)
    return curvatureAt(mixture, x, along, math)
  }
  const lines = Math.max(1, Math.min(MOST_LINES, Math.floor(work / 2 / each)))
  const starts = startsOf(mixture, sign, lines, math).flatMap(({ x, e, along }) => [
    curvatureAt(mixture, x, along, math),
    on(x, e, along, scan)
  ])
  const found = [...starts].sort(better)
  let left = work - lines * each
  const step = affordable(mixture, STEP, left / 4)
  const walk = (start: Bend): Bend => {
    let now = start
    for (let round = 0; round < ROUNDS && left > 0; round++) {
      const before = now
      now = turned(mixture, now, sign, math)
      left -= (2 * TURNS + 2) * looking
      const ways = [
        () => now.along,
        () => unit(gradientOf(mixture, viewFrom(mixture, now.x, math), now.along)),
        () => unit(now.x.map((value, j) => value - before.x[j]))
      ]
      for (const way of ways) {
        const e = left > 0 ? way() : undefined
        if (e === undefined) continue
        left -= costOf(mixture, step) + 2 * looking
        const next = on(now.x, e, now.along, step)
        if (better(next, now) < 0) now = next
      }
      if (Math.abs(now.value - before.value) <= SETTLED * (1 + Math.abs(before.value))) break
    }
    return now
  }
  const walked = best([...starts, ...distinct(found).slice(0, KEPT).map(walk)])
  return polished(mixture, walked, sign, math, work * POLISH)
}

/**
 * Tries about the best place at random, ever closer: lines along which the bend is least may all pass a better place beside one
 * that is flat in x for its own u.
 */
function polished(mixture: Raised, start: Bend, sign: 1 | -1, math: Elementary, work: number): Bend {
  const next = scattered()
  const width = Math.sqrt(leastVariance(mixture.covariances))
  const trial = (2 * TURNS + 3) * viewing(mixture)
  let left = work
  let now = start
  for (let size = width; size > CLOSEST * width && left > 2 * trial;) {
    const e = unit(now.x.map(next))
    if (e === undefined) break
    const before = now
    for (const s of [size, -size]) {
      left -= trial
      const tried = turned(mixture, curvatureAt(mixture, moved(now.x, e, s), now.along, math), sign, math)
      if (sign * (tried.value - now.value) < -SETTLED * (1 + Math.abs(now.value))) now = tried
    }
    if (now === before) size *= SHRINKING
  }
  return now
}

/** u' hess U u on a line: sum_k w_k u' S_k^-1 u - Var_w(u . g_k), where u . g_k is linear in s. */
function bendOn(mixture: Raised, x: Point, e: Point, u: Point, math: Elementary) {
  const [bends, starts, slopes] = [0, 0, 0].map(() => new Float64Array(mixture.means.length))
  const line: Line = lineThrough(mixture, x, e, (k, g, across) => {
    bends[k] = dot(u, e === u ? across : solve(mixture.covariances[k], u))
    starts[k] = dot(u, g)
    slopes[k] = dot(u, across)
  })
  const { shares } = line
  const at = (s: number): number => {
    const top = weigh(line, s, math)
    const origin = starts[top] + slopes[top] * s // pulls are taken from that, so that their squares do not cancel
    let [mass, bend, first, second] = [0, 0, 0, 0]
    for (let k = 0; k < shares.length; k++) {
      const share = shares[k]
      if (share === 0) continue
      const off = starts[k] + slopes[k] * s - origin
      mass += share
      bend += share * bends[k]
      first += share * off
      second += share * off * off
    }
    return bend / mass - (second / mass - square(first / mass))
  }
  return { line, at }
}

/** Of sorted places one for each value. */
function distinct(found: readonly Bend[]): Bend[] {
  return found.filter(
    ({ value }, i) => i === 0 || Math.abs(value - found[i - 1].value) > 1e-4 * (1 + Math.abs(value))
  )
}

/** The same point, seen along a vector nearer the extreme eigenvector: the best of the plane of u and hess U u, some times. */
function turned(mixture: Raised, start: Bend, sign: 1 | -1, math: Elementary): Bend {
  const view = viewFrom(mixture, start.x, math)
  let u = start.along
  for (let i = 0; i < TURNS; i++) {
    const bent = bendOf(mixture, view, u)
    const value = dot(u, bent)
    const aside = unit(bent.map((b, j) => b - value * u[j]))
    if (aside === undefined) break
    const other = dot(aside, bendOf(mixture, view, aside))
    const mixed = dot(aside, bent)
    const half = (other - value) / 2
    const root = Math.sqrt(half * half + mixed * mixed)
    if (!(root > 0)) break
    // The eigenvector of [[value, mixed], [mixed, other]] for the extreme eigenvalue, by the entry that does not cancel.
    const [p, q] = sign * half >= 0 ? [half * sign + root, -sign * mixed] : [mixed, half - sign * root]
    const next = unit(u.map((v, j) => p * v + q * aside[j]))
    if (next === undefined) break
    u = next
  }
  const seen = bendAlong(mixture, view, start.x, u)
  return sign * seen.value < sign * start.value ? seen : start
}
