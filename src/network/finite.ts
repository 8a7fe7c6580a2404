/** The place of the first number that is infinite or none, -1 where all are finite: weights are long, and a plain loop is quick. */
export function firstNotFinite(data: ArrayLike<number>): number {
  for (let i = 0; i < data.length; i++) if (!(Math.abs(data[i]) < Infinity)) return i
  return -1
}
