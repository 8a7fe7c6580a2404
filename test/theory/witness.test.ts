import { expect, it } from 'vitest'
import { mixtureOf } from '../../src/target/mixture.ts'
import type { Assume } from '../../src/schema/certify.ts'
import type { Target } from '../../src/schema/flowFile.ts'
import { checkMixture } from '../../src/target/mixture.ts'
import { declaredClasses } from '../../src/theory/declared.ts'
import { facesOf } from '../../src/theory/face.ts'
import { leastCurvature } from '../../src/theory/witness.ts'
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
  // Where the wide one takes over 59 widths out, 1 / 1.01^2 - 59.2^2 (1 - 1 / 1.01^2)^2 / 4 and less.
  const hidden = line([1 - 1e-15, 1e-15], [0, 0], [1, 1.01])
  expect(refusal(() => declare({ kappa: 0.65 }, hidden)).message).toMatch(
    /at most 0.649\d*, got 0.65: .* at x/
  )
  const lost = line([1, 1e-300], [0, 0], [1, 1.000001])
  expect(refusal(() => declare({ kappa: 0.999999 }, lost)).message).toMatch(
    /at most 0.999998\d*, got .* falls/
  )
})

it('of means that share a width, what two at an edge of their hull come to far out is found', () => {
  // So close to a line that the others only fade further out than anybody walks.
  const means = [[-1.5, 0], [1.5, 0], [0, -2e-6], [0.2, -3e-6]] // prettier-ignore
  const target: Target = { kind: 'mixture', weights: [0.01, 0.01, 0.9, 0.08], means, stds: [1, 1, 1, 1] }
  expect(declare({ kappa: 1 - 9 / 4 - 1e-6 }, target)).toHaveLength(1)
  const { message } = refusal(() => declare({ kappa: 1 - 9 / 4 + 1e-6 }, target))
  expect(message).toMatch(
    /at most -1\.2(5|4999).* far out .* along \[0,1\], where only its components 0 and 1 weigh/
  )
})

it('of full covariances too', () => {
  const wide = [[2, 0.5, 0], [0.5, 1, 0.2], [0, 0.2, 0.7]] // prettier-ignore
  const means = [[2, 0, 0], [-2, 0, 0], [0, 0, -0.1], [0, -0.1, -0.05], [0, 0.1, -0.05]] // prettier-ignore
  const covariances = means.map(() => wide)
  const target: Target = { kind: 'mixture', weights: [0.001, 0.002, 1, 1, 1], means, covariances }
  const least = pairBend(wide, [4, 0, 0])
  expect(declare({ kappa: least - 1e-6 }, target)).toHaveLength(1)
  const { message } = refusal(() => declare({ kappa: least + 1e-6 }, target))
  expect(message).toMatch(/where only its components 0 and 1 weigh/)
})

it('so is what more than two come to, far out from a face', () => {
  const corners = [[1.5, 1.5, 0], [-1.5, -1.5, 0], [1.5, -1.5, 0], [-1.5, 1.5, 0]] // prettier-ignore
  const weights = [0.05, 0.05, 1e-4, 1e-4, 0.9]
  for (const height of [0.1, 1e-3, 1e-6]) {
    const means = [...corners, [0, 0, height]]
    const target: Target = { kind: 'mixture', weights, means, stds: means.map(() => 1) }
    // Of the corners alone, at x = 0: shares of .05 / .1002 on one diagonal.
    const least = 1 - (4.5 * 0.1) / 0.1002
    expect(refusal(() => declare({ kappa: least + 0.001 }, target)).path).toBe('assume.kappa')
    expect(declare({ kappa: 1 - 4.5 - 1e-6 }, target)).toHaveLength(1)
  }
})

it('an edge is one of means that share a covariance, where no other is as wide far out', () => {
  const mixture = (stds: number[], means: number[][]) =>
    checkMixture({ kind: 'mixture', weights: stds.map(() => 1), means, stds })
  const square = [[1, 1], [1, -1], [-1, -1], [-1, 1]] // prettier-ignore
  const edges = facesOf(mixture([1, 1, 1, 1], square), 9)
  expect(edges.map(({ members }) => members.join(' '))).toEqual(['0 1', '1 2', '0 3', '2 3'])
  for (const { members, outward } of edges) {
    const far = square.map((mean) => mean[0] * outward[0] + mean[1] * outward[1])
    far.forEach((value, k) => expect(value).toBeCloseTo(members.includes(k) ? 1 : -1, 12))
  }
  expect(facesOf(mixture([1, 1, 0.5], [[1, 0], [-1, 0], [0, 5]]), 9)).toHaveLength(1) // prettier-ignore
  expect(facesOf(mixture([1, 1, 1.5], [[1, 0], [-1, 0], [0, 5]]), 9)).toEqual([]) // prettier-ignore
  expect(facesOf(mixture([1, 1], [[1], [-1]]), 9)).toEqual([])
  const inLine = facesOf(mixture([1, 1, 1, 1], [[1, 0], [0, 0], [-1, 0], [0, 1]]), 1) // prettier-ignore
  expect(inLine[0].members).toEqual([0, 1, 2])
})

/** The least eigenvalue of S^-1 - S^-1 d d' S^-1 / 4, by powers of what is left of a multiple of I. */
function pairBend(s: readonly (readonly number[])[], d: readonly number[]): number {
  const inverse = inverseOf(s)
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * y[i], 0)
  const times = (m: readonly (readonly number[])[], x: readonly number[]) => m.map((row) => dot(row, x))
  const g = times(inverse, d)
  const bend = (u: readonly number[]) => times(inverse, u).map((value, i) => value - (g[i] * dot(g, u)) / 4)
  let u = [0.6, 0.48, 0.64]
  for (let i = 0; i < 20000; i++) {
    const next = bend(u).map((value, j) => 10 * u[j] - value)
    const length = Math.hypot(...next)
    u = next.map((value) => value / length)
  }
  return dot(u, bend(u))
}

/** Of a 3 x 3 matrix, by cofactors. */
function inverseOf(m: readonly (readonly number[])[]): number[][] {
  const minor = (i: number, j: number) =>
    m[(i + 1) % 3][(j + 1) % 3] * m[(i + 2) % 3][(j + 2) % 3] -
    m[(i + 1) % 3][(j + 2) % 3] * m[(i + 2) % 3][(j + 1) % 3]
  const determinant = [0, 1, 2].reduce((sum, j) => sum + m[0][j] * minor(0, j), 0)
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => minor(j, i) / determinant))
}

it('a place that no line from its neighbour leads to is found', () => {
  const stds = [1.477718150337682, 1.3607540614331506, 0.7902077690873963, 0.6198456548164918]
  const mixture = mixtureOf({
    kind: 'mixture',
    weights: [1.438402728495247, 0.08830351100675168, 1.4810185884661908, 2.4712524942653133],
    means: [
      [2.6453474697418202, -1.7399514322387513],
      [2.634100733019907, -0.22003156518446088],
      [2.001456877636396, -0.5424283261676078],
      [1.4762494160398132, -0.8561144068145461]
    ],
    stds: stds.map((std) => [std, std])
  })!
  // -2.18639481 by a random search; lines alone end at -2.18576.
  expect(leastCurvature(mixture, math).value).toBeLessThan(-2.18639481 + 3e-5)
})
