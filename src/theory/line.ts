import { square, type Elementary } from './base.ts'
import { dot, pull, solve, type Raised } from './curvature.ts'

/**
 * A mixture along a line x + s e, with u' hess U u there for a fixed u: of each component the centre and the precision
 * on the line, its log height, u' S_k^-1 u, and u . g_k as at + slope s. A place costs as much as on the line, in any dimension.
 */
interface Line {
  readonly centres: readonly number[]
  readonly precisions: readonly number[]
  readonly heights: readonly number[]
  readonly bends: readonly number[]
  readonly starts: readonly number[]
  readonly slopes: readonly number[]
}

/** A place on a line and the curvature there. */
export interface Place {
  readonly s: number
  readonly value: number
}

const OFFSETS = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10, 14, 20, 30]
const AROUND = [-8, -5, -3, -2, -1.5, -1, -0.6, -0.3, 0, 0.3, 0.6, 1, 1.5, 2, 3, 5, 8]
const DEEPEST = 4 // dips of a scan that are followed
const GOLDEN = 0.6180339887498949

/** Where on the line x + s e the curvature along u is smallest, by a scan of at most about `count` places; largest for sign -1. */
export function lowestOn(
  mixture: Raised,
  [x, e, u]: readonly (readonly number[])[],
  sign: 1 | -1,
  count: number,
  math: Elementary
): Place {
  const line = lineOf(mixture, x, e, u)
  const f = (s: number) => sign * valueAt(line, s, math)
  const places = scanOf(line, count).map((s) => ({ s, value: f(s) }))
  let best = places[0]
  for (const place of places) if (place.value < best.value) best = place
  const inner = places.slice(1, -1)
  const dips = inner.flatMap(({ value }, i) =>
    value <= places[i].value && value <= places[i + 2].value ? [i + 1] : []
  )
  dips.sort((i, j) => places[i].value - places[j].value)
  for (const i of dips.slice(0, DEEPEST)) {
    const found = golden(f, places[i - 1].s, places[i + 1].s)
    if (found.value < best.value) best = found
  }
  return { s: best.s, value: sign * best.value }
}

function lineOf(mixture: Raised, x: readonly number[], e: readonly number[], u: readonly number[]): Line {
  const { means, covariances } = mixture
  const parts = means.map((mean, k) => {
    const g = pull(mixture, k, x)
    const across = solve(covariances[k], e)
    const along = e === u ? across : solve(covariances[k], u)
    const precision = dot(e, across)
    const centre = -dot(e, g) / precision
    const form = x.reduce((sum, value, j) => sum + (value - mean[j]) * g[j], 0)
    return {
      centre,
      precision,
      height: mixture.heights[k] - (form - precision * square(centre)) / 2,
      bend: dot(u, along),
      start: dot(u, g),
      slope: dot(u, across)
    }
  })
  return {
    centres: parts.map(({ centre }) => centre),
    precisions: parts.map(({ precision }) => precision),
    heights: parts.map(({ height }) => height),
    bends: parts.map(({ bend }) => bend),
    starts: parts.map(({ start }) => start),
    slopes: parts.map(({ slope }) => slope)
  }
}

const logAt = ({ centres, precisions, heights }: Line, k: number, s: number): number =>
  heights[k] - (precisions[k] * square(s - centres[k])) / 2

function valueAt(line: Line, s: number, { exp64 }: Elementary): number {
  const { bends, starts, slopes } = line
  const top = dominant(line, s)
  const most = logAt(line, top, s)
  const origin = starts[top] + slopes[top] * s // pulls are taken from that, so that their squares do not cancel
  let [mass, bend, first, second] = [0, 0, 0, 0]
  for (let k = 0; k < bends.length; k++) {
    const log = logAt(line, k, s) - most
    if (log < -60) continue
    const share = exp64(log)
    const off = starts[k] + slopes[k] * s - origin
    mass += share
    bend += share * bends[k]
    first += share * off
    second += share * off * off
  }
  return bend / mass - (second / mass - square(first / mass))
}

function dominant(line: Line, s: number): number {
  let best = 0
  let most = -Infinity
  for (let k = 0; k < line.centres.length; k++) {
    const log = logAt(line, k, s)
    if (log > most) [most, best] = [log, k]
  }
  return best
}

/** Around each component in units of its width, and where another takes over in units of how fast it does, rising. */
function scanOf(line: Line, count: number): number[] {
  const { centres, precisions } = line
  const offsets = OFFSETS.slice(0, Math.max(1, Math.floor(count / (2 * centres.length))))
  const fine = Math.max(1, Math.min(16, Math.floor(count / (4 * centres.length * offsets.length))))
  const coarse = centres.flatMap((centre, k) => {
    const width = 1 / Math.sqrt(precisions[k])
    return offsets.flatMap((offset, i) => {
      const gap = (offsets[i + 1] ?? offset + 1) - offset
      return Array.from({ length: fine }, (_, j) => width * (offset + (gap * j) / fine)).flatMap((far) => [
        centre - far,
        centre + far
      ])
    })
  })
  coarse.sort((one, other) => one - other)
  const tops = coarse.map((s) => dominant(line, s))
  const turns = coarse.flatMap((s, i) =>
    i > 0 && tops[i] !== tops[i - 1] ? around(line, coarse[i - 1], s, tops[i - 1], tops[i]) : []
  )
  const all = [...coarse, ...turns].sort((one, other) => one - other)
  return all.filter((s, i) => i === 0 || s > all[i - 1])
}

/** Places about the one where two components weigh the same, closer where one takes over faster. */
function around(line: Line, from: number, to: number, k: number, l: number): number[] {
  let [low, high] = [from, to]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (logAt(line, k, middle) > logAt(line, l, middle)) low = middle
    else high = middle
  }
  const steep = (j: number) => line.precisions[j] * (low - line.centres[j])
  const speed = Math.abs(steep(k) - steep(l)) + Math.sqrt(Math.abs(line.precisions[k] - line.precisions[l]))
  return speed > 0 ? AROUND.map((part) => low + part / speed) : [low]
}

function golden(f: (s: number) => number, from: number, to: number): Place {
  let [low, high] = [from, to]
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [fl, fr] = [f(left), f(right)]
  for (let i = 0; i < 40; i++) {
    if (fl < fr) {
      ;[high, right, fr] = [right, left, fl]
      left = high - GOLDEN * (high - low)
      fl = f(left)
    } else {
      ;[low, left, fl] = [left, right, fr]
      right = low + GOLDEN * (high - low)
      fr = f(right)
    }
  }
  return fl < fr ? { s: left, value: fl } : { s: right, value: fr }
}
