import { expect, it } from 'vitest'
import type { Assume } from '../../src/schema/certify.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import { declaredClasses } from '../../src/theory/declared.ts'
import { numberStream } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { extremeBends } from './bending.ts'
import { math } from './math.ts'
import { twinOf } from './targets.ts'

const line = (weights: number[], means: number[], stds: number[]): Target => ({
  kind: 'mixture',
  weights,
  means: means.map((mean) => [mean]),
  stds
})
const next = numberStream(11)
const between = (low: number, high: number) => low + ((high - low) * (next() + 1)) / 2
const several = (count: number, low: number, high: number) =>
  Array.from({ length: count }, () => between(low, high))

const LINES: Target[] = [
  line([0.5, 0.5], [0, 0], [1, 2]),
  line([1, 1, 1], [1.824, 3.118, 0.411], [0.804, 0.747, 0.562]),
  ...Array.from({ length: 24 }, (_, i) => {
    const count = 2 + (i % 3)
    return line(several(count, 0.05, 1), several(count, 0, 4), several(count, 0.3, 1.5))
  })
]
const PLANES: Target[] = Array.from({ length: 6 }, (_, i) => {
  const count = 2 + (i % 2)
  const means = Array.from({ length: count }, () => several(2, -1.5, 1.5))
  return {
    kind: 'mixture',
    weights: several(count, 0.3, 1),
    means,
    stds: new Array<number>(count).fill(between(0.5, 1.2))
  }
})

const declare = (assume: Assume, target: Target) => declaredClasses(assume, target, math)

it.each([
  ...LINES.map((target, i) => [`line ${i}`, target, 40, 20001] as const),
  ...PLANES.map((target, i) => [`plane ${i}`, target, 48, 241] as const)
])(
  'a kappa or beta of %s that a hundredth tells from the true one is refused, and the true one is not',
  (_, target, reach, count) => {
    const { kappa, beta } = extremeBends(twinOf(target), reach, count)
    const gap = 1 + Math.abs(kappa)
    expect(refusal(() => declare({ kappa: kappa + 0.01 * gap }, target)).path).toBe('assume.kappa')
    expect(refusal(() => declare({ beta: beta * 0.99 }, target)).path).toBe('assume.beta')
    expect(declare({ kappa: kappa - 1e-4 * gap }, target)).toHaveLength(1)
    expect(declare({ beta: beta * (1 + 1e-4) }, target)).toHaveLength(1)
    if (target.kind !== 'mixture' || target.means[0].length > 1) return
    expect(refusal(() => declare({ kappa: kappa + 2e-6 * gap }, target)).path).toBe('assume.kappa')
    expect(declare({ kappa: kappa - 1e-6 * gap }, target)).toHaveLength(1)
  }
)

it('where a wide component has hardly any weight, its tail is what counts', () => {
  const target = line([0.999, 0.001], [0, 0], [1, 100])
  expect(refusal(() => declare({ kappa: 0.9 }, target)).path).toBe('assume.kappa')
  const hidden = line([1 - 1e-15, 1e-15], [0, 0], [1, 1.01])
  expect(refusal(() => declare({ kappa: 0.99 }, hidden)).message).toMatch(/at most 0.98\d*, got 0.99/)
})
