import type { Elementary } from './base.ts'

/** An integral, and by how much it changed when the nodes were doubled last. */
export interface Integral {
  readonly value: number
  readonly error: number
}

const LEVELS = 9
const REACH = 3.8 // there ends are 1e-30 away: what a pole like 1 / sqrt(x) has beyond is 1e-15

/**
 * The integral of f over [from, to] by the tanh-sinh rule: x = tanh(pi / 2 sinh u) squeezes both ends, so that f may bend
 * there like a root, or be infinite at the ends themselves. The step in u is halved until the change is below the tolerance
 * times the integral of |f|.
 *
 * @see Takahasi & Mori, "Double exponential formulas for numerical integration", Publ. RIMS 9 (1974).
 */
export function integrate(
  f: (x: number) => number,
  from: number,
  to: number,
  { exp64 }: Elementary,
  tolerance = 1e-12
): Integral {
  const half = (to - from) / 2
  let sum = (Math.PI / 2) * f(from + half)
  let size = Math.abs(sum)
  let last = NaN
  for (let level = 0, h = 1; level <= LEVELS; level++, h /= 2) {
    // A level adds the nodes between those of the levels before.
    for (let j = 1; j * h <= REACH; j += level === 0 ? 1 : 2) {
      const e = exp64(j * h)
      const sinh = (e - 1 / e) / 2
      const cosh = (e + 1 / e) / 2
      const fold = exp64(-Math.PI * sinh)
      const gap = (2 * fold) / (1 + fold) // 1 - x
      const weight = ((Math.PI / 2) * cosh * 4 * fold) / (1 + fold) / (1 + fold)
      const offset = half * gap
      // Too close to an end for a double to tell from it, where f may be infinite.
      const left = from + offset > from ? f(from + offset) : 0
      const right = to - offset < to ? f(to - offset) : 0
      sum += weight * (left + right)
      size += weight * (Math.abs(left) + Math.abs(right))
    }
    const value = half * h * sum
    const error = Math.abs(value - last)
    if (!Number.isFinite(value)) return { value, error: Infinity }
    if (level > 2 && error <= tolerance * half * h * size) return { value, error }
    if (level === LEVELS) return { value, error }
    last = value
  }
  return { value: last, error: Infinity }
}
