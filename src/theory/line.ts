import { largestOf, smallestOf, square, type Elementary } from './base.ts'
import { dot, pull, solve, solving, type Raised } from './curvature.ts'

/** The components of a mixture along a line x + s e: the centre and the precision of each there, and its log height. */
export interface Line {
  readonly centres: Float64Array
  readonly precisions: Float64Array
  readonly heights: Float64Array
  /** Their weights at the place that was last asked for, up to a factor; 0 where a double hardly tells it. */
  readonly shares: Float64Array
}

/** A place on a line and the value there. */
export interface Place {
  readonly s: number
  readonly value: number
}

const OFFSETS = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10, 14, 20, 30]
const FAR = [60, 100, 300, 1000, 3000, 10000] // widths beyond the outermost centres
const AROUND = [-8, -5, -3, -2, -1.5, -1, -0.6, -0.3, 0, 0.3, 0.6, 1, 1.5, 2, 3, 5, 8]
const LEAST_AROUND = 400 // places about turns, where a scan is a long one
const DEEPEST = 4 // dips of a scan that are followed
const GOLDEN = 0.6180339887498949
const LOST = -60 // of a logarithm
const PLACE = 24 // multiplications or so that a component takes at a place, which is seen twice

/** @param note is told g_k = S_k^-1 (x - m_k) and S_k^-1 e of each component */
export function lineThrough(
  mixture: Raised,
  x: readonly number[],
  e: readonly number[],
  note: (k: number, g: readonly number[], across: readonly number[]) => void
): Line {
  const { means, covariances } = mixture
  const [centres, precisions, heights, shares] = [0, 0, 0, 0].map(() => new Float64Array(means.length))
  means.forEach((mean, k) => {
    const g = pull(mixture, k, x)
    const across = solve(covariances[k], e)
    const precision = dot(e, across)
    const centre = -dot(e, g) / precision
    let form = 0
    for (let j = 0; j < x.length; j++) form += (x[j] - mean[j]) * g[j]
    centres[k] = centre
    precisions[k] = precision
    heights[k] = mixture.heights[k] - (form - precision * square(centre)) / 2
    note(k, g, across)
  })
  return { centres, precisions, heights, shares }
}

/** Multiplications or so that a search on a line costs. */
export function costOf(mixture: Raised, count: number): number {
  const { means, dim } = mixture
  return means.length * (3 * solving(mixture) + 6 * dim + 60 + PLACE * (count + stepsOf(count) / 2))
}

/** How many places a search on a line may look at to cost no more than that, at most `most` and a few in any case. */
export function affordable(mixture: Raised, most: number, work: number): number {
  const setting = costOf(mixture, 0)
  const places = Math.floor((work - setting) / (PLACE * mixture.means.length))
  return Math.max(8, Math.min(most, places - stepsOf(places) / 2))
}

const isLong = (count: number) => count >= 100
const stepsOf = (count: number) => (isLong(count) ? DEEPEST * 40 : 16)

/** Where on a line f is smallest, by a scan of about `count` places. */
export function lowestOn(line: Line, f: (s: number) => number, count: number): Place {
  const places = scanOf(line, count).map((s) => ({ s, value: f(s) }))
  let best = places[0]
  for (const place of places) if (place.value < best.value) best = place
  const inner = places.slice(1, -1)
  const dips = inner.flatMap(({ value }, i) =>
    value <= places[i].value && value <= places[i + 2].value ? [i + 1] : []
  )
  dips.sort((i, j) => places[i].value - places[j].value)
  for (const i of dips.slice(0, isLong(count) ? DEEPEST : 1)) {
    const found = golden(f, places[i - 1].s, places[i + 1].s, isLong(count) ? 40 : 16)
    if (found.value < best.value) best = found
  }
  return best
}

/** Sets the shares of a line at s, and tells which is the largest. */
export function weigh(line: Line, s: number, { exp64 }: Elementary): number {
  const { shares } = line
  let top = 0
  for (let k = 0; k < shares.length; k++) {
    shares[k] = logAt(line, k, s)
    if (shares[k] > shares[top]) top = k
  }
  const most = shares[top]
  for (let k = 0; k < shares.length; k++) {
    const log = shares[k] - most
    shares[k] = log < LOST ? 0 : exp64(log)
  }
  return top
}

const logAt = ({ centres, precisions, heights }: Line, k: number, s: number): number =>
  heights[k] - (precisions[k] * square(s - centres[k])) / 2

function dominant(line: Line, s: number): number {
  let best = 0
  let most = -Infinity
  for (let k = 0; k < line.centres.length; k++) {
    const log = logAt(line, k, s)
    if (log > most) [most, best] = [log, k]
  }
  return best
}

/** Around each component, and where another takes over in units of how fast it does, rising; and far out. */
export function scanOf(line: Line, count: number): number[] {
  const coarse = 2 * line.centres.length > count ? among(line.centres, count) : aroundEach(line, count)
  if (isLong(count)) coarse.push(...farOut(line))
  coarse.sort((one, other) => one - other)
  const tops = coarse.map((s) => dominant(line, s))
  const turns = coarse.flatMap((s, i) =>
    i > 0 && tops[i] !== tops[i - 1] ? [turnBetween(line, coarse[i - 1], s, tops[i - 1], tops[i])] : []
  )
  turns.sort((one, other) => other.speed - one.speed)
  const most = Math.floor(Math.max(count, LEAST_AROUND) / AROUND.length)
  const about = turns
    .slice(0, isLong(count) ? most : 1)
    .flatMap(({ at, speed }) => (speed > 0 ? AROUND.map((part) => at + part / speed) : [at]))
  const all = [...coarse, ...about].sort((one, other) => one - other)
  return all.filter((s, i) => i === 0 || s > all[i - 1])
}

/** In units of the width of each. */
function aroundEach({ centres, precisions }: Line, count: number): number[] {
  const offsets = OFFSETS.slice(0, Math.max(1, Math.floor(count / (2 * centres.length))))
  const fine = Math.max(1, Math.min(16, Math.floor(count / (4 * centres.length * offsets.length))))
  const parts = offsets.flatMap((offset, i) => {
    const gap = (offsets[i + 1] ?? offset + 1) - offset
    return Array.from({ length: fine }, (_, j) => offset + (gap * j) / fine)
  })
  return Array.from(centres).flatMap((centre, k) => {
    const width = 1 / Math.sqrt(precisions[k])
    return parts.flatMap((part) => [centre - width * part, centre + width * part])
  })
}

/** Where there are too many for that: every so many-th centre, and the middles of the widest gaps between two. */
function among(centres: Float64Array, count: number): number[] {
  const order = Float64Array.from(centres).sort()
  const gaps = order.subarray(1).map((centre, i) => centre - order[i])
  const wide = Math.min(gaps.length, Math.ceil(count / 4))
  const least = gaps.slice().sort()[gaps.length - wide]
  const middles: number[] = []
  for (let i = 0; i < gaps.length && middles.length < wide; i++)
    if (gaps[i] >= least && gaps[i] > 0) middles.push(order[i] + gaps[i] / 2)
  const every = Math.max(1, Math.floor((order.length - 1) / Math.max(1, Math.floor(count / 2) - 1)))
  return [...order.filter((_, i) => i % every === 0), order[order.length - 1], ...middles]
}

/** Where what fades slowly is gone. */
function farOut({ centres, precisions }: Line): number[] {
  const [low, high] = [smallestOf(centres), largestOf(centres)]
  const width = 1 / Math.sqrt(smallestOf(precisions))
  return FAR.flatMap((far) => [low - far * width, high + far * width])
}

/** The place where two components weigh the same, and how fast one takes over there. */
function turnBetween(line: Line, from: number, to: number, k: number, l: number) {
  let [low, high] = [from, to]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (logAt(line, k, middle) > logAt(line, l, middle)) low = middle
    else high = middle
  }
  const steep = (j: number) => line.precisions[j] * (low - line.centres[j])
  const speed = Math.abs(steep(k) - steep(l)) + Math.sqrt(Math.abs(line.precisions[k] - line.precisions[l]))
  return { at: low, speed }
}

function golden(f: (s: number) => number, from: number, to: number, steps: number): Place {
  let [low, high] = [from, to]
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [fl, fr] = [f(left), f(right)]
  for (let i = 0; i < steps; i++) {
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
