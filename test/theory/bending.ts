import type { Mixture } from '../reference/mixture.ts'
import { softmax } from '../reference/mixture.ts'

/** The least and the largest eigenvalue of hess U at a point of a mixture e^(-U) on the line or the plane. */
function bendsAt({ weights, means, variances, axes }: Mixture, x: readonly number[]): [number, number] {
  const d = x.length
  const parts = means.map((mean, k) => {
    const u = axes?.[k] ?? (d === 1 ? [[1]] : [[1, 0], [0, 1]]) // prettier-ignore
    const y = u.map((axis) => axis.reduce((sum, value, j) => sum + value * (x[j] - mean[j]), 0))
    const log = y.reduce(
      (sum, value, i) => sum - (value * value) / variances[k][i] / 2 - Math.log(variances[k][i]) / 2,
      Math.log(weights[k])
    )
    const g = x.map((_, j) => u.reduce((sum, axis, i) => sum + (axis[j] * y[i]) / variances[k][i], 0))
    const entry = (p: number, q: number) =>
      u.reduce((sum, axis, i) => sum + (axis[p] * axis[q]) / variances[k][i], 0)
    return { log, g, precision: [entry(0, 0), d === 1 ? 0 : entry(0, 1), d === 1 ? 0 : entry(1, 1)] }
  })
  const shares = softmax(parts.map(({ log }) => log))
  const mean = x.map((_, j) => shares.reduce((sum, share, k) => sum + share * parts[k].g[j], 0))
  const hessian = (i: number, p: number, q: number) =>
    shares.reduce((sum, share, k) => {
      const { g, precision } = parts[k]
      return sum + share * (precision[i] - (g[p] - mean[p]) * (g[q] - mean[q]))
    }, 0)
  const first = hessian(0, 0, 0)
  if (d === 1) return [first, first]
  const [mixed, last] = [hessian(1, 0, 1), hessian(2, 1, 1)]
  const gap = Math.hypot((first - last) / 2, mixed)
  return [(first + last) / 2 - gap, (first + last) / 2 + gap]
}

/** The infimum and the supremum of these over all points: on a grid that is drawn together around its best few, and far out. */
export function extremeBends(twin: Mixture, reach: number, count: number): { kappa: number; beta: number } {
  const d = twin.means[0].length
  const gridAround = (centre: readonly number[], size: number, n: number) => {
    const along = (j: number, i: number) => centre[j] + size * ((2 * i) / (n - 1) - 1)
    return Array.from({ length: d === 1 ? n : n * n }, (_, i) =>
      d === 1 ? [along(0, i)] : [along(0, i % n), along(1, Math.floor(i / n))]
    )
  }
  const whole = gridAround(new Array<number>(d).fill(0), reach, count).map((x) => ({
    x,
    bends: bendsAt(twin, x)
  }))
  const lowest = (side: 0 | 1) => {
    const value = (x: readonly number[]) => (side === 0 ? 1 : -1) * bendsAt(twin, x)[side]
    const ranked = whole.map(({ x, bends }) => ({ x, value: (side === 0 ? 1 : -1) * bends[side] }))
    ranked.sort((one, other) => one.value - other.value)
    const ends = ranked.slice(0, 8).map((start) => {
      let best = start
      for (let size = (4 * reach) / count; size > 1e-9; size /= 3) {
        for (const x of gridAround(best.x, size, 9)) {
          const there = value(x)
          if (there < best.value) best = { x, value: there }
        }
      }
      return best.value
    })
    return Math.min(...ends)
  }
  const widest = Math.max(...twin.variances.flat())
  return { kappa: Math.min(lowest(0), 1 / widest), beta: -lowest(1) }
}
