/** The ends of `count` equal steps, both of the way's own ends among them to the bit. */
export function equalTimes(from: number, to: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => (i === count ? to : from + ((to - from) * i) / count))
}
