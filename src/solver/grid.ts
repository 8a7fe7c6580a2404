/** steps + 1 times from `from` to `to` at equal distances, in either direction; both ends are exact. */
export function uniformGrid(from: number, to: number, steps: number): Float64Array {
  const grid = Float64Array.from({ length: steps + 1 }, (_, n) => from + ((to - from) * n) / steps)
  grid[steps] = to
  return grid
}
