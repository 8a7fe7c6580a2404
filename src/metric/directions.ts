import { philox } from '../random/philox.ts'
import { log } from './elementary.ts'

const STREAM = 7 // 0 is the core's noise, 1 to 6 are the trainer's

/**
 * The direction of number `index` of a seed, uniform on the sphere, written to `out`: normals by the polar method, which takes
 * nothing but + - * /, square roots and our own logarithm, divided by their norm.
 *
 * @see Marsaglia & Bray, "A convenient method for generating normal variables", 1964.
 */
export function drawDirection(seed: number, index: number, out: Float64Array): void {
  const block = new Uint32Array(4)
  let squares = 0
  for (let at = 0, draw = 0; at < out.length; draw++) {
    block[0] = draw
    block[1] = 0
    block[2] = index
    block[3] = STREAM
    philox(block, seed >>> 0, Math.floor(seed / 2 ** 32))
    for (let word = 0; word < 4 && at < out.length; word += 2) {
      const u = signed(block[word])
      const v = signed(block[word + 1])
      const s = u * u + v * v
      if (s >= 1) continue
      const radius = Math.sqrt((-2 * log(s)) / s)
      for (const normal of [u * radius, v * radius]) {
        if (at === out.length) break
        squares += normal * normal
        out[at++] = normal
      }
    }
  }
  const norm = Math.sqrt(squares)
  for (let k = 0; k < out.length; k++) out[k] /= norm
}

/** A word as a number in (-1, 1). */
function signed(word: number): number {
  return (word + 0.5) * 2 ** -31 - 1
}
