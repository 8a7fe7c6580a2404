import { expect, it } from 'vitest'
import type { Target } from '../../src/schema/flowFile.ts'
import { declaredClasses } from '../../src/theory/declared.ts'
import { numberStream } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { math } from './math.ts'

type Matrix = readonly (readonly number[])[]
const declare = (kappa: number, target: Target) => declaredClasses({ kappa }, target, math)
const full = (covariances: Matrix[], means = covariances.map((s) => s.map(() => 0))): Target =>
  ({ kind: 'mixture', weights: covariances.map(() => 1), means, covariances }) as Target
const aligned = (stds: number[][]): Target => ({
  kind: 'mixture',
  weights: stds.map(() => 1),
  means: stds.map((row) => row.map(() => 0)),
  stds
})
/** A rotation of the first two axes, a diagonal matrix seen by it. */
const turned = (values: number[], angle: number): number[][] => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const axes = values.map((_, i) => values.map((_, j) => Number(i === j)))
  axes[0][0] = c
  axes[0][1] = s
  axes[1][0] = -s
  axes[1][1] = c
  return values.map((_, i) =>
    values.map((_, j) => values.reduce((sum, v, k) => sum + v * axes[k][i] * axes[k][j], 0))
  )
}

it.each<[string, Target, RegExp]>([
  ['two axis-aligned ones', aligned([[1, 2], [2, 1]]), /components 0 and 1/], // prettier-ignore
  ['and a third that is narrower', aligned([[1, 2], [2, 1], [0.5, 0.5]]), /components 0 and 1/], // prettier-ignore
  ['two that are turned', full([[[2.5, 1.5], [1.5, 2.5]], [[2.5, -1.5], [-1.5, 2.5]]]), /components 0 and 1/], // prettier-ignore
  ['of three, two in space', aligned([[1, 1, 1], [3, 2, 2], [2, 2, 3]]), /components 1 and 2/], // prettier-ignore
  ['two that are hardly turned', full([turned([2, 1, 1], 0), turned([2, 1, 1], 0.01)]), /components 0 and 1/],
  ['a wide one that is no widest', full([turned([4, 3], 0), turned([1, 0.5], 0.3), turned([3.9, 3.1], 0.2)]), /components 0 and 2/] // prettier-ignore
])('a kappa is refused where covariances exceed each other: %s', (_, target, which) => {
  const { path, message } = refusal(() => declare(-1e5, target))
  expect(path).toBe('assume.kappa')
  expect(message).toMatch(/must be left out: far out along \[/)
  expect(message).toMatch(which)
})

it('one that only rounding parts, or that exceeds all others, is none of these', () => {
  const s = turned([2, 1, 0.5], 0.7)
  const off = s.map((row, i) => row.map((v, j) => (i === j ? v * (1 + 2e-16 * (i - 1)) : v)))
  expect(declare(-1e5, full([s, off]))).toHaveLength(1)
  expect(declare(-1e5, full([s, s.map((row) => row.map((v) => v * 1.5))]))).toHaveLength(1)
  expect(declare(-1e5, full([turned([1, 0.5], 0.4), turned([3, 1.1], 0.3)]))).toHaveLength(1)
  expect(declare(-1e5, aligned([[1, 2], [1, 1.5], [0.5, 2]]))).toHaveLength(1) // prettier-ignore
  // So thin, in two directions, that the last bit of an entry is a ten thousandth of the least variance.
  const pair = (one: number[][], other: number[][]) =>
    [...one.map((row) => [...row, 0, 0]), ...other.map((row) => [0, 0, ...row])] // prettier-ignore
  const thin = turned([2, 1e-11], 0.7)
  const bitOff = (sign: number) =>
    thin.map((row, i) => row.map((v, j) => (i + j === 0 ? v * (1 + 4e-16 * sign) : v)))
  expect(declare(-1e30, full([pair(thin, thin), pair(bitOff(1), bitOff(-1))]))).toHaveLength(1)
  expect(
    refusal(() => declare(-1e30, full([pair(thin, thin), pair(thin, turned([2, 1e-11], 0.71))]))).path
  ).toBe('assume.kappa')
})

it('of many random ones', () => {
  const next = numberStream(3)
  const random = (d: number) => {
    const rows = Array.from({ length: d }, () => Array.from({ length: d }, next))
    return rows.map((p, i) => rows.map((q, j) => p.reduce((sum, v, k) => sum + v * q[k], i === j ? 0.1 : 0)))
  }
  for (const [count, d] of [[3, 2], [5, 3], [20, 8], [12, 40]]) // prettier-ignore
    expect(refusal(() => declare(-1e6, full(Array.from({ length: count }, () => random(d))))).path).toBe('assume.kappa') // prettier-ignore
})

it('where a component is as wide as the widest along an axis and lies beyond it there, none is true either', () => {
  const at = (mean: number[]): Target => ({ kind: 'mixture', weights: [1, 1], means: [[0, 0], mean], stds: [[1, 1], [1, 0.5]] }) // prettier-ignore
  const { path, message } = refusal(() => declare(-1e5, at([1, 0])))
  expect(path).toBe('assume.kappa')
  expect(message).toMatch(/left out: .*component 1/)
  expect(declare(-1e5, at([0, 1]))).toHaveLength(1)
})
