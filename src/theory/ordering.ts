import type { Eigen } from '../target/eigen.ts'
import type { Mixture } from '../target/mixture.ts'
import type { Elementary } from './base.ts'
import type { Narrower } from './between.ts'
import { extentOf } from './enclosing.ts'
import { excessOver, type Excess } from './excess.ts'
import type { Widest } from './widest.ts'

/** The least and the largest eigenvalue. */
export function rangeOf({ values }: Eigen): readonly [least: number, most: number] {
  return [
    values.reduce((least, value) => Math.min(least, value), Infinity),
    values.reduce((most, value) => Math.max(most, value), 0)
  ]
}

/** Whether two decompositions are of one matrix, to the bit. */
export function isSame(one: Eigen, other: Eigen): boolean {
  if (one === other) return true
  const equal = (x: Float64Array, y: Float64Array) => x.length === y.length && x.every((v, i) => v === y[i])
  return equal(one.values, other.values) && equal(one.axes, other.axes)
}

/** The mixture as a member of the class `widest`, or why it is none: one covariance must exceed all others as a matrix. */
export function widestOf(mixture: Mixture, math: Elementary): Widest | string {
  const { covariances, means, weights, aligned } = mixture
  const traces = covariances.map(({ values }) => values.reduce((sum, value) => sum + value, 0))
  const first = traces.reduce((best, trace, k) => (trace > traces[best] ? k : best), 0)
  const wide = covariances[first]
  const group = covariances.flatMap((eigen, k) => (isSame(eigen, wide) ? [k] : []))
  const ranges = covariances.map(rangeOf)
  const excessTo = excessOver(wide, aligned)
  const others: Narrower[] = []
  for (const [k, eigen] of covariances.entries()) {
    if (group.includes(k)) continue
    const excess = excessTo(eigen)
    if (excess === undefined) return contest(first, k)
    const level = group.reduce(
      (most, j) => Math.max(most, levelOf(excess, means[k], means[j], weights[k] / weights[j], math)),
      -Infinity
    )
    others.push({ level, variances: ranges[k], pairs: pairsOf(eigen, wide), aligned })
  }
  const least = ranges.reduce((low, range) => Math.min(low, range[0]), Infinity)
  const [narrow, most] = ranges[first]
  const { radius } = extentOf(group.map((k) => means[k]))
  return { kind: 'widest', variances: [least, most], narrow, radius, others }
}

function levelOf(
  excess: Excess,
  mean: readonly number[],
  wideMean: readonly number[],
  ratio: number,
  { log64 }: Elementary
): number {
  return log64(ratio) + excess.inverseForm(mean.map((value, j) => value - wideMean[j])) / 2
}

function contest(first: number, rival: number): string {
  return (
    `of the components ${Math.min(first, rival)} and ${Math.max(first, rival)} neither is wider in every direction: ` +
    'their weights may stay comparable as far out as one likes, where they pull ever more apart'
  )
}

/** Which eigenvalues stand beside each other, and how often: own, wide, count. */
function pairsOf(own: Eigen, wide: Eigen): number[] {
  const counts = new Map<string, [number, number, number]>()
  own.values.forEach((value, j) => {
    const key = `${value} ${wide.values[j]}`
    const known = counts.get(key)
    if (known === undefined) counts.set(key, [value, wide.values[j], 1])
    else known[2]++
  })
  return [...counts.values()].flat()
}
