import type { Points } from './backend.ts'

/** Row i of the points. */
export function row({ dim, data }: Points, i: number): Float32Array<ArrayBuffer> {
  return data.slice(i * dim, (i + 1) * dim)
}

/** Rows of one length, under each other. */
export function stacked(rows: readonly ArrayLike<number>[]): Points {
  const dim = rows[0].length
  const data = new Float32Array(rows.length * dim)
  rows.forEach((values, i) => data.set(values, i * dim))
  return { count: rows.length, dim, data }
}

/**
 * Spherical interpolation, (sin((1-s) w) a + sin(s w) b) / sin w with w the angle between a and b. Noise in many dimensions
 * lies near a sphere, and a straight line would cut through its empty inside. Nearly parallel vectors take the straight line.
 *
 * @see Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
 */
export function slerp(a: Float32Array, b: Float32Array, s: number): Float32Array<ArrayBuffer> {
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)))
  const sine = Math.sin(angle)
  const straight = !(sine > 1e-4)
  const wa = straight ? 1 - s : Math.sin((1 - s) * angle) / sine
  const wb = straight ? s : Math.sin(s * angle) / sine
  return Float32Array.from(a, (value, j) => wa * value + wb * b[j])
}

/** The root of the mean squared difference. */
export function rms(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2
  return Math.sqrt(sum / a.length)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j]
  return sum
}
