/** The first time after `from` at which something holds that holds from then on, by bisection to 2^-40 of the way to 1. */
export function firstTime(from: number, holds: (time: number) => boolean): number {
  let [low, high] = [from, 1]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
