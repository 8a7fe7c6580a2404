import type { Curve } from '../../src/index.web.ts'

/** Heights of values on a plot: straight near 0, logarithmic far from it, for bounds may be 1 or 1e40. */
export interface Scale {
  /** From 0, the top, to 1, the bottom. */
  readonly height: (value: number) => number
  /** Round values that lie apart. */
  readonly ticks: readonly number[]
}

const ROOM = 0.13 // above and below the curves, for what is written there
const APART = 0.09 // between two ticks

/** A scale for all the values, which always shows -1, 0 and 1 as well. */
export function scaleOf(values: readonly number[]): Scale {
  const [low, high] = [Math.min(-1, ...values), Math.max(1, ...values)]
  const [bottom, top] = [Math.asinh(low), Math.asinh(high)]
  const length = (top - bottom) / (1 - 2 * ROOM)
  const height = (value: number): number => ROOM + (top - Math.asinh(value)) / length
  return { height, ticks: [0, ...outward(1, high, height), ...outward(-1, low, height)] }
}

/** The powers of ten up to `end`, of the sign of `unit`, without those too near to the one before. */
function outward(unit: number, end: number, height: (value: number) => number): number[] {
  const ticks: number[] = []
  let last = height(0)
  for (let size = 1; size <= Math.abs(end) * (1 + 1e-9); size *= 10) {
    const at = height(unit * size)
    if (Math.abs(at - last) < APART) continue
    ticks.push(unit * size)
    last = at
  }
  return ticks
}

const SIDE = 1000 // of the square that paths are drawn in

/** The path of a curve in a square of 1000; where there is no value it is broken off. */
export function lineOf({ t, value }: Curve, { height }: Scale): string {
  let pen = 'M'
  return t
    .map((time, i) => {
      const at = value[i]
      if (at === null) {
        pen = 'M'
        return ''
      }
      const step = pen + place(time, height(at))
      pen = 'L'
      return step
    })
    .join('')
}

/** The area between two curves of the same times, where both have values. */
export function bandOf(upper: Curve, lower: Curve, { height }: Scale): string {
  const both = upper.t.flatMap((time, i) => {
    const [above, below] = [upper.value[i], lower.value[i]]
    return above === null || below === null ? [] : [{ time, above, below }]
  })
  const there = both.map(({ time, above }) => place(time, height(above)))
  const back = both.toReversed().map(({ time, below }) => place(time, height(below)))
  return both.length === 0 ? '' : `M${[...there, ...back].join('L')}Z`
}

const place = (x: number, y: number): string => `${(SIDE * x).toFixed(1)} ${(SIDE * y).toFixed(1)}`

/** Where the name of a curve stands: at its extreme, and clear of the curve around. */
export function labelPlace(
  curve: Curve,
  side: 'upper' | 'lower',
  { height }: Scale
): { x: number; y: number } {
  const most = side === 'upper' ? Math.max : Math.min
  const known = curve.t.flatMap((time, i) =>
    curve.value[i] === null ? [] : [{ time, value: curve.value[i] }]
  )
  const extreme = most(...known.map(({ value }) => value))
  return { x: known.find(({ value }) => value === extreme)?.time ?? 0.5, y: height(extreme) }
}
