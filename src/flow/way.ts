import type { Engine } from './engine.ts'
import { isTogether, type Run } from './run.ts'
import { compared, shareOfSecond, sharedOut } from './solving.ts'
import { expectTransport, largest, transport, type Arrival } from './transport.ts'

/** A run of so many rows, and what is done to them after it, in place. */
export interface Leg {
  readonly engine: Engine
  readonly count: number
  readonly run: Run
  readonly finish: (rows: Float32Array) => void
  /** How many of its rows each row of the request has. @default 1 */
  readonly each?: number
}

export function legOf(engine: Engine, count: number, run: Run, finish: Leg['finish'] = () => undefined): Leg {
  return { engine, count, run, finish }
}

/** Carries states along a leg, by its index. */
export type Carrier = (leg: number, states: Float32Array) => Arrival

export interface Journey extends Arrival {
  /** For each row an estimate of the largest error of its coordinates. */
  readonly error: Float64Array | undefined
}

/**
 * Goes a way of one or more legs; with `error` also by other steps, first, all the way, and estimates from the difference of
 * the ends
 *
 *     error_i = max_j |x_ij - y_ij| / (r - 1),   r = (n / m)^p
 *
 * for n and m steps of a solver whose error is of order p (Richardson), in the units that `finish` leaves them in. Where the
 * legs' ratios r differ the smallest stands for all. The limits of evaluations are shared out over the legs and runs.
 */
export function travel(legs: readonly Leg[], go: (carrier: Carrier) => Arrival, error: boolean): Journey {
  const twice = isTwice(legs, error)
  // One leg that is gone once is refused by itself.
  if (legs.length > 1 || twice) expectWay(legs, error)
  const shares = legs.map(({ run }) => sharedOut(run.solving, legs.length, twice))
  const fine = (run: Run, i: number): Run => ({ ...run, solving: shares[i].fine })
  if (!twice) return { ...go(carrierOf(legs, fine, 0, 1)), error: undefined }
  const seconds = legs.map(({ run }) => secondOf(run, legs.length))
  const share = Math.max(...legs.map(({ run }) => shareOfSecond(run.solving)))
  const rough = go(carrierOf(legs, (run, i) => ({ ...run, ...seconds[i], tracing: undefined }), 0, share))
  const last = legs.length - 1
  let start: Float32Array = new Float32Array()
  const carrier = carrierOf(legs, fine, share, 1)
  const arrival = go((leg, states) => {
    if (leg === last) legs[last].finish((start = states.slice()))
    return carrier(leg, states)
  })
  const factor = Math.max(...seconds.map(({ ratio }) => factorOf(ratio)))
  const steps = isTogether(legs[last].run) ? arrival.steps : 1
  const nfe = arrival.own || rough.own ? largest(totals('nfe', [rough], arrival)) : rough.nfe + arrival.nfe
  return { ...arrival, nfe, error: difference(arrival, rough, factor, start, steps) }
}

/** Whether the way is gone a second time for the error. */
const isTwice = (legs: readonly Leg[], error: boolean): boolean =>
  error && legs.every(({ run }) => run.solving.solver.name !== 'stochastic')

/** What a run of one of so many legs is compared with: its steps, and how much longer they are. */
const secondOf = ({ solving, times }: Run, legs: number): ReturnType<typeof compared> =>
  compared(sharedOut(solving, legs, true).coarse, times)

/** The runs of a leg: with `error` also the one that it is compared with. */
export function runsOf(run: Run, error: boolean, legs = 1): readonly Run[] {
  return error ? [run, { ...run, ...secondOf(run, legs), tracing: undefined }] : [run]
}

/**
 * Refuses a way that would not fit: all of it must, before any of it is gone.
 *
 * @throws GaussflowError `over_limit`
 */
export function expectWay(legs: readonly Leg[], error: boolean): void {
  for (const { engine, count, run, each = 1 } of legs)
    for (const one of runsOf(run, isTwice(legs, error), legs.length))
      expectTransport(engine, count / each, one, each)
}

/** The carrier of a run from `start` to `end` of the whole work, in which every row of a leg counts the same. */
function carrierOf(
  legs: readonly Leg[],
  runOf: (run: Run, leg: number) => Run,
  start: number,
  end: number
): Carrier {
  const rows = legs.reduce((sum, { count }) => sum + count, 0)
  const whole = legs.length === 1 && start === 0 && end === 1
  return (leg, states) => {
    const { engine, count, run, finish } = legs[leg]
    const before = legs.slice(0, leg).reduce((sum, other) => sum + other.count, 0)
    const place = (part: number) => start + ((end - start) * part) / rows
    const onProgress = whole ? run.onProgress : part(run, place(before), place(before + count))
    const arrival = transport(engine, states, count, { ...runOf(run, leg), onProgress })
    finish(arrival.data)
    return arrival
  }
}

/**
 * What a leg's rows came to, told together with what came before it: row i goes on from row `from(i)` of `earlier`. A row that
 * did not arrive there has no numbers here, and is told of as it was there.
 */
export function goOn(earlier: readonly Arrival[], last: Arrival, from: (row: number) => number): Arrival {
  const dim = last.data.length / last.status.length
  const [data, status, reached] = [last.data, [...last.status], last.reached.slice()]
  status.forEach((_, i) => {
    const lost = earlier.find((arrival) => arrival.status[from(i)] !== 'ok')
    if (lost === undefined) return
    data.fill(NaN, i * dim, (i + 1) * dim)
    status[i] = lost.status[from(i)]
    reached[i] = lost.reached[from(i)]
  })
  const all = [...earlier, last]
  const rejected = all.every((arrival) => arrival.rejected !== undefined)
    ? status.map((_, i) =>
        earlier.reduce((sum, arrival) => sum + arrival.rejected![from(i)], last.rejected![i])
      )
    : undefined
  const own = { nfe: totals('nfe', earlier, last, from), steps: totals('steps', earlier, last, from) }
  const [nfe, steps] = [largest(own.nfe), largest(own.steps)]
  return { ...last, data, status, reached, rejected, nfe, steps, own }
}

/**
 * What each row took of several runs together. The row that takes the most of one need not be the one that takes the most of
 * another: what was the most of any row in each adds up to more than any row took.
 */
function totals(
  field: 'nfe' | 'steps',
  earlier: readonly Arrival[],
  last: Arrival,
  from = (row: number): number => row
): number[] {
  const taken = (arrival: Arrival, row: number) => arrival.own?.[field][row] ?? arrival[field]
  return last.status.map((_, i) =>
    earlier.reduce((sum, arrival) => sum + taken(arrival, from(i)), taken(last, i))
  )
}

/** By what a difference of two runs is multiplied to give the error of the second: steps twice as short tell of the longer. */
function factorOf(ratio: number): number {
  return ratio > 1 ? 1 / (ratio - 1) : 1 / (1 - ratio)
}

const ROUNDING = 2 ** -24 // of a number in 32 bits, relative
const ONE_WAY = 4 // of the roundings of so many steps one goes the same way as the rest

/**
 * The largest difference in each row, as an error of `x`; never less than what the steps round, each by an ulp of the numbers
 * that they start or end with. NaN where a row did not arrive.
 */
function difference(
  { data: x, status }: Arrival,
  { data: y, status: other }: Arrival,
  factor: number,
  start: Float32Array,
  steps: number
): Float64Array {
  const rounding = ROUNDING * Math.max(1, steps / ONE_WAY)
  const dim = x.length / status.length
  return Float64Array.from(status, (row, i) => {
    if (row !== 'ok' || other[i] !== 'ok') return NaN
    let largest = 0
    for (let j = i * dim; j < (i + 1) * dim; j++) {
      const size = Math.max(Math.abs(x[j]), Math.abs(start[j]))
      const off = Math.max(factor * Math.abs(x[j] - y[j]), rounding * size)
      if (!(off <= largest)) largest = off // NaN too
    }
    return largest
  })
}

const PARTS = 1000

/** Progress of a part of the work, from `start` to `end` of the whole. */
function part({ onProgress }: Run, start: number, end: number): Run['onProgress'] {
  if (onProgress === undefined) return undefined
  return (done, total) => {
    onProgress(Math.round(PARTS * (start + ((end - start) * done) / total)), PARTS)
  }
}
