import { GRID_NAMES, type GridName } from '../schema/request.ts'

export { GRID_NAMES, type GridName }

/** What a grid may compute with beside + - * / and square roots, so that every machine finds the same times: the core has it. */
export interface CoreMath {
  readonly exp64: (x: number) => number
  readonly log64: (x: number) => number
  readonly cos64: (x: number) => number
}

/** Which grid, between which times, on which signal-to-noise ratio b / a. */
export interface GridRequest {
  readonly grid: GridName
  readonly from: number
  readonly to: number
  readonly steps: number
  readonly snr: (t: number) => number
}

/** steps + 1 times from `from` to `to`, in either direction; both ends are exact. */
export function gridOf(math: CoreMath, { grid, from, to, steps, snr }: GridRequest): Float64Array {
  switch (grid) {
    case 'uniform':
      return spread(from, to, steps, (n) => n / steps)
    case 'cosine':
      return spread(from, to, steps, (n) => (1 - math.cos64((Math.PI * n) / steps)) / 2)
    case 'karras':
      return karras(math, from, to, steps, snr)
  }
}

function spread(from: number, to: number, steps: number, part: (n: number) => number): Float64Array {
  const grid = new Float64Array(steps + 1)
  for (let n = 1; n < steps; n++) grid[n] = from + (to - from) * part(n)
  grid[0] = from
  grid[steps] = to
  return grid
}

const RHO = 7
const LARGEST = 80 // the noise levels a / b between which Karras et al. spread their steps
const SMALLEST = 0.002

/**
 * Times whose noise levels sigma = a / b have equally spaced seventh roots: most steps go where little noise is left.
 *
 * @see Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models", 2022, equation 5.
 */
function karras(
  math: CoreMath,
  from: number,
  to: number,
  steps: number,
  snr: (t: number) => number
): Float64Array {
  if (from > to) return karras(math, to, from, steps, snr).reverse()
  const power = (x: number, p: number) => math.exp64(p * math.log64(x))
  const start = power(Math.min(LARGEST, 1 / snr(from)), 1 / RHO)
  const end = power(Math.max(SMALLEST, 1 / snr(to)), 1 / RHO)
  let low = from
  const grid = spread(from, to, steps, () => 0)
  for (let n = 1; n < steps; n++) {
    const rho = 1 / power(start + (n / steps) * (end - start), RHO)
    low = bisect(low, to, (t) => snr(t) <= rho)
    grid[n] = low
  }
  // Where the range of noise levels is narrower than its ends, times would stand still.
  for (let n = 1; n < steps; n++) {
    if (!(grid[n] > grid[n - 1] && grid[n] < to)) return spread(from, to, steps, (i) => i / steps)
  }
  return grid
}

/** The largest time of [low, high] at which `holds`, to the last bit; it holds at `low`. */
function bisect(low: number, high: number, holds: (t: number) => boolean): number {
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return low
    if (holds(middle)) low = middle
    else high = middle
  }
}
