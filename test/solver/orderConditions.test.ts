import { describe, expect, it } from 'vitest'
import { tableaus, type Tableau } from '../../src/solver/index.ts'
import { sum } from '../reference/math.ts'

/** A rooted tree is its branches. */
interface Tree {
  readonly branches: readonly Tree[]
}
const tree = (...branches: Tree[]): Tree => ({ branches })
const leaf = tree()
const chain = tree(leaf)

/**
 * The rooted trees of up to five vertices: a method is of order p where sum_i b_i Phi_i(tree) = 1 / density(tree) for
 * each tree of up to p vertices, with Phi_i(tree) = prod over its branches of sum_j a_ij Phi_j(branch).
 *
 * @see Hairer, Norsett & Wanner, "Solving Ordinary Differential Equations I", theorem II.2.13.
 */
const TREES: readonly Tree[] = [
  leaf,
  chain,
  tree(leaf, leaf),
  tree(chain),
  tree(leaf, leaf, leaf),
  tree(leaf, chain),
  tree(tree(leaf, leaf)),
  tree(tree(chain)),
  tree(leaf, leaf, leaf, leaf),
  tree(leaf, leaf, chain),
  tree(leaf, tree(leaf, leaf)),
  tree(leaf, tree(chain)),
  tree(chain, chain),
  tree(tree(leaf, leaf, leaf)),
  tree(tree(leaf, chain)),
  tree(tree(tree(leaf, leaf))),
  tree(tree(tree(chain)))
]

const product = (factors: readonly number[]): number => factors.reduce((all, factor) => all * factor, 1)
const vertices = ({ branches }: Tree): number => 1 + sum(branches.map(vertices))
const density = (root: Tree): number => vertices(root) * product(root.branches.map(density))

/** Phi_i of every stage i. */
function weights(a: Tableau['a'], { branches }: Tree): number[] {
  const below = branches.map((branch) => weights(a, branch))
  return a.map((row) => product(below.map((phi) => sum(row.map((weight, j) => weight * phi[j])))))
}

const defect = ({ a, b }: Tableau, root: Tree): number =>
  Math.abs(sum(weights(a, root).map((phi, i) => b[i] * phi)) - 1 / density(root))

it('there are 1, 1, 2, 4 and 9 rooted trees of 1 to 5 vertices', () => {
  const counts = [1, 2, 3, 4, 5].map((n) => TREES.filter((root) => vertices(root) === n).length)
  expect(counts).toEqual([1, 1, 2, 4, 9])
})

describe.each(tableaus)('$name', (tableau) => {
  const ofOrder = (keep: (n: number) => boolean) => TREES.filter((root) => keep(vertices(root)))

  it('meets every order condition up to the order that it states', () => {
    const trees = ofOrder((n) => n <= tableau.order)
    expect(trees.length).toBeGreaterThan(0)
    for (const root of trees) expect(defect(tableau, root)).toBeLessThan(2e-14)
  })

  it('misses one of the next order, so that it states no less than it has', () => {
    const trees = ofOrder((n) => n === tableau.order + 1)
    if (tableau.order < 5)
      expect(Math.max(...trees.map((root) => defect(tableau, root)))).toBeGreaterThan(1e-3)
  })
})

describe.each(tableaus.filter(({ embedded }) => embedded !== undefined))('the pair $name', (tableau) => {
  const { a, b, c, order } = tableau
  const { error, order: errorOrder, inside } = tableau.embedded!

  it('has a second method of one order less on the same slopes', () => {
    const lower = { ...tableau, b: b.map((weight, i) => weight - error[i]) }
    const most = (n: number) =>
      Math.max(...TREES.filter((r) => vertices(r) === n).map((r) => defect(lower, r)))
    for (let n = 1; n < errorOrder; n++) expect(most(n)).toBeLessThan(1e-14)
    expect(most(errorOrder)).toBeGreaterThan(1e-4)
    expect(errorOrder).toBe(order)
  })

  it('takes its last slope where the step ends, so that it is the first of the next', () => {
    expect(c.at(-1)).toBe(1)
    expect(b.at(-1)).toBe(0)
    expect(a.at(-1)).toEqual(b.slice(0, -1))
  })

  it('goes inside a step from its start to its end, along the slopes there', () => {
    const weight = (theta: number, power: number) =>
      inside.map((row) => sum(row.map((value, j) => (j + 1) ** power * value * theta ** (j + 1 - power))))
    const whole = weight(1, 0)
    whole.forEach((value, i) => expect(value).toBeCloseTo(b[i], 13))
    weight(0, 1).forEach((value, i) => expect(value).toBeCloseTo(Number(i === 0), 13))
    weight(1, 1).forEach((value, i) => expect(value).toBeCloseTo(Number(i === c.length - 1), 12))
  })

  it('meets the order conditions inside a step up to one order less', () => {
    for (const theta of [0.1, 0.5, 0.77]) {
      const weightsAt = inside.map((row) => sum(row.map((value, j) => value * theta ** (j + 1))))
      for (const root of TREES.filter((r) => vertices(r) <= Math.min(order - 1, 4))) {
        const phi = weights(a, root).map((value, i) => weightsAt[i] * value)
        expect(sum(phi)).toBeCloseTo(theta ** vertices(root) / density(root), 12)
      }
    }
  })
})
