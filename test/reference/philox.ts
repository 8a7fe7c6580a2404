/**
 * Philox 4x32 with 10 rounds, from its definition.
 *
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function philox(counter: readonly number[], key: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt)
  let [k0, k1] = key.map(BigInt)
  const word = (n: bigint) => n & 0xffffffffn
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0
    const p1 = 0xcd9e8d57n * c2
    ;[c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, word(p1), (p0 >> 32n) ^ c3 ^ k1, word(p0)]
    k0 = word(k0 + 0x9e3779b9n)
    k1 = word(k1 + 0xbb67ae85n)
  }
  return [c0, c1, c2, c3].map(Number)
}

/** Coordinate j of sample i of a stream: Box and Muller's transform of the block (j / 4, i, 0, stream). */
export function normal(seed: readonly [number, number], stream: number, i: number, j: number): number {
  const words = philox([j >> 2, i, 0, stream], seed)
  const [u, v] = [words[j & 2], words[(j & 2) + 1]].map((word) => (word + 0.5) / 2 ** 32)
  const radius = Math.sqrt(-2 * Math.log(u))
  return radius * (j & 1 ? Math.sin(2 * Math.PI * v) : Math.cos(2 * Math.PI * v))
}
