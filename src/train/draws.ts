import { philox } from '../random/philox.ts'

/** Which purpose a random number serves. Stream 0 is the core's source noise. */
export const STREAM = {
  split: 1,
  start: 2,
  shuffle: 3,
  time: 4,
  noise: 5,
  heldOut: 6,
  dropout: 7,
  dequantise: 8,
  heldOutDequantise: 9
} as const

/**
 * `count` uniforms in (0, 1), a function of the seed, the stream, and two indices alone:
 * a resumed run draws what the uninterrupted one would have drawn.
 */
export function uniforms(
  seed: number,
  stream: number,
  major: number,
  minor: number,
  count: number
): Float64Array {
  const out = new Float64Array(count)
  const block = new Uint32Array(4)
  const keyHigh = Math.floor(seed / 2 ** 32)
  for (let i = 0; i < count; i += 4) {
    block[0] = i >>> 2
    block[1] = minor
    block[2] = major
    block[3] = stream
    philox(block, seed >>> 0, keyHigh)
    for (let j = 0; j < 4 && i + j < count; j++) out[i + j] = (block[j] + 0.5) * 2 ** -32
  }
  return out
}

/** Standard normals by Box-Muller, written to `out` from `offset`. */
export function normals(
  seed: number,
  stream: number,
  major: number,
  minor: number,
  count: number,
  out: Float32Array,
  offset: number
): void {
  const u = uniforms(seed, stream, major, minor, count + (count % 2))
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(u[i]))
    const angle = 2 * Math.PI * u[i + 1]
    out[offset + i] = radius * Math.cos(angle)
    if (i + 1 < count) out[offset + i + 1] = radius * Math.sin(angle)
  }
}

/** A uniformly random order of 0 .. count-1 (Fisher and Yates). */
export function permutation(seed: number, stream: number, major: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const u = uniforms(seed, stream, major, 0, count)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(u[i] * (i + 1))
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}
