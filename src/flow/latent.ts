import type { CoreMath } from '../solver/index.ts'

/** The sine too. */
export type CircleMath = CoreMath & { readonly sin64: (x: number) => number }

const NEARLY_PARALLEL = 1e-4

/**
 * Points on the great circle between x and y, with lengths between theirs: where x and y are standard normal, so is
 * nearly every point between. Row w of the result is for weights[w]; shape (weights.length, dim).
 *
 *     (sin((1 - w) Omega) x + sin(w Omega) y) / sin Omega,   cos Omega = <x, y> / (|x| |y|);
 *
 * the straight line between points in nearly the same or in opposite directions, which no single circle joins.
 */
export function slerp(
  math: CircleMath,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: readonly number[]
): Float32Array<ArrayBuffer> {
  const dim = x.length
  const dot = (p: ArrayLike<number>, q: ArrayLike<number>): number => {
    let sum = 0
    for (let j = 0; j < dim; j++) sum += p[j] * q[j]
    return sum
  }
  const cosine = dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
  const angle = arccos(math, Math.max(-1, Math.min(1, cosine)))
  const sine = math.sin64(angle)
  const out = new Float32Array(weights.length * dim)
  weights.forEach((w, row) => {
    const bent = sine > NEARLY_PARALLEL
    const p = bent ? math.sin64((1 - w) * angle) / sine : 1 - w
    const q = bent ? math.sin64(w * angle) / sine : w
    // The ends are the points themselves, to the bit.
    for (let j = 0; j < dim; j++) out[row * dim + j] = w === 0 ? x[j] : w === 1 ? y[j] : p * x[j] + q * y[j]
  })
  return out
}

/** The angle of [0, pi] with a cosine, by bisection: engines disagree in the last bit of their own. */
function arccos({ cos64 }: CoreMath, cosine: number): number {
  let low = 0
  let high = Math.PI
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (cos64(middle) >= cosine) low = middle
    else high = middle
  }
}

const PLACES = 9

/** Where between two points to look. */
export function placesOf(weights: readonly number[] | undefined): readonly number[] {
  return weights ?? Array.from({ length: PLACES }, (_, i) => i / (PLACES - 1))
}
