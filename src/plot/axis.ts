/** Where numbers lie on an axis, from 0 to 1, and which of them are written beside it. */
export interface Axis {
  readonly label: string
  readonly ticks: readonly number[]
  readonly place: (value: number) => number
  /** How a tick is written. */
  readonly show: (value: number) => string
}

export function linearAxis(label: string, from: number, to: number, ticks = niceTicks(from, to)): Axis {
  return { label, ticks, place: (value) => (value - from) / (to - from), show: String }
}

/** Powers of ten from 10^low to 10^high, of which every `every`th is written. */
export function logAxis(
  label: string,
  low: number,
  high: number,
  log: (x: number) => number,
  every = 1
): Axis {
  const ten = log(10)
  const ticks: number[] = []
  for (let power = low; power <= high; power += every) ticks.push(Number(`1e${power}`))
  return {
    label,
    ticks,
    place: (value) => (log(value) / ten - low) / (high - low),
    show: (value) =>
      value >= 0.01 && value <= 1000 ? String(value) : value.toExponential(0).replace('+', '')
  }
}

/** A logarithmic axis of which exactly these numbers are written, with some room beside the first and the last. */
export function doublingAxis(label: string, ticks: readonly number[], log: (x: number) => number): Axis {
  const [first, last] = [log(ticks[0] / 1.3), log(1.3 * ticks[ticks.length - 1])]
  return { label, ticks, place: (value) => (log(value) - first) / (last - first), show: String }
}

/** Multiples of 1, 2 or 5 times a power of ten: three to six of them. */
function niceTicks(from: number, to: number): number[] {
  const step = niceStep((to - from) / 5)
  const ticks: number[] = []
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9 * step; k++)
    ticks.push(Number((k * step).toPrecision(12)))
  return ticks
}

/** The least 1, 2 or 5 times a power of ten that is no smaller. */
export function niceStep(least: number): number {
  if (!(least > 0 && least < Infinity)) return 1
  const power = Number(`1e${least.toExponential().split('e')[1]}`)
  return power * ([1, 2, 5].find((digit) => digit * power >= least * (1 - 1e-9)) ?? 10)
}
