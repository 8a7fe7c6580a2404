const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85

/**
 * One block of Philox 4x32-10: four 32-bit words that are a function of the counter and the key alone.
 * The first four entries of `block` are the counter and are overwritten by the words.
 *
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function philox(block: Uint32Array, key0: number, key1: number): void {
  let [c0, c1, c2, c3] = block
  let k0 = key0 >>> 0
  let k1 = key1 >>> 0
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(M0, c0)
    const low0 = Math.imul(M0, c0) >>> 0
    const high1 = multiplyHigh(M1, c2)
    const low1 = Math.imul(M1, c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  block[0] = c0
  block[1] = c1
  block[2] = c2
  block[3] = c3
}

/** The upper half of the 64-bit product of two 32-bit words, by 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const cross = aLow * bHigh + (middle & 0xffff)
  // Neither sum exceeds 2^32 - 1, so doubles hold them exactly.
  return aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(cross / 65536)
}
