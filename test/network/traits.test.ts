import { describe, expect, it } from 'vitest'
import { traitsOf, TraitsReader } from '../../src/network/traits.ts'
import { ACTIVATIONS, type Architecture } from '../../src/schema/architecture.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { pieceOutput, weightsOf, type Piece } from './operations.ts'
import { PIECES } from './pieces.ts'

const [NEAR, FAR] = [1e3, 1e6]
const T = 0.37

const activated = (name: (typeof ACTIVATIONS)[number]): [string, Piece] => [
  `the activation ${name}`,
  { dim: 4, build: (ops) => ops.activate(ops.state(), name) }
]
const PRODUCTS: Record<string, Piece> = {
  'a square of the state': { dim: 3, build: (ops) => ops.multiply(ops.state(), ops.state()) },
  'a cube of the state': {
    dim: 3,
    build: (ops) => ops.multiply(ops.state(), ops.multiply(ops.state(), ops.state()))
  },
  'a bounded square of the state': {
    dim: 3,
    build: (ops) => ops.activate(ops.multiply(ops.state(), ops.state()), 'tanh')
  },
  'a state gated by its sigmoid': {
    dim: 3,
    build: (ops) => ops.multiply(ops.state(), ops.activate(ops.state(), 'sigmoid'))
  },
  'a scale made from the state': {
    dim: 3,
    build: (ops) => ops.modulate(ops.state(), ops.state(), ops.layerNorm(ops.state()))
  },
  'a gate made from the state': {
    dim: 3,
    build: (ops) => ops.addGated(ops.state(), ops.state(), ops.state())
  }
}

const pieces = Object.entries({ ...PIECES, ...PRODUCTS, ...Object.fromEntries(ACTIVATIONS.map(activated)) })

describe.each(pieces)('%s', (_, piece) => {
  const tensors = weightsOf(piece, 7)
  const { order, slope } = piece.build(new TraitsReader())
  const rows = randomRows(3, 8, piece.dim)
  const at = (scale: number, row: readonly number[], by = 0, way = row): number[] =>
    pieceOutput(piece, tensors, T, row.map((x, j) => scale * x + by * way[j])) // prettier-ignore
  const largest = (of: (row: number[]) => number[]): number =>
    Math.max(...rows.flatMap((row) => of(row).map(Math.abs)))

  it('grows by no more than its order', () => {
    const [near, far] = [NEAR, FAR].map((scale) => largest((row) => at(scale, row)))
    expect(far).toBeLessThan(10 * (1 + near) * (FAR / NEAR) ** order)
  })

  it.runIf(slope !== 'local')('is no steeper far out', () => {
    const ways = randomRows(4, 8, piece.dim)
    const steepest = (scale: number): number =>
      largest((row) => {
        const way = ways[rows.indexOf(row)]
        const [one, other] = [at(scale, row), at(scale, row, 1e-3, way)]
        return one.map((value, j) => (other[j] - value) / 1e-3)
      })
    expect(steepest(FAR)).toBeLessThan(10 * (1 + steepest(NEAR)))
  })
})

it('knows what is multiplied and how that grows', () => {
  const of = (name: keyof typeof PRODUCTS) => PRODUCTS[name].build(new TraitsReader())
  expect(of('a square of the state')).toMatchObject({ order: 2, slope: 'local', multiplies: true })
  expect(of('a cube of the state')).toMatchObject({ order: 3, slope: 'local' })
  expect(of('a bounded square of the state')).toMatchObject({ order: 0, slope: 'local' })
  expect(of('a state gated by its sigmoid')).toMatchObject({ order: 1, slope: 'local' })
  expect(of('a scale made from the state')).toMatchObject({ order: 1, slope: 'local', multiplies: true })
  expect(of('a gate made from the state')).toMatchObject({ order: 2, slope: 'local', multiplies: true })
  const bounded = PIECES['a product of two states on (1, 1)'].build(new TraitsReader())
  expect(bounded).toMatchObject({ order: 0, slope: 'global', multiplies: true, modulated: false })
  const clock = PIECES['a product with a clock on (1, 1)'].build(new TraitsReader())
  expect(clock).toMatchObject({ order: 1, slope: 'global', multiplies: false, modulated: true })
})

it('an attention is convex: of the state it grows as that does, of norms it is Lipschitz', () => {
  const ops = new TraitsReader()
  const x = ops.state()
  const normed = ops.layerNorm(x)
  expect(ops.attention(x, x, x, 1)).toMatchObject({ order: 1, slope: 'local', attends: true })
  expect(ops.attention(normed, normed, normed, 1)).toMatchObject({ order: 0, slope: 'global', attends: true })
  expect(ops.attention(normed, normed, x, 1)).toMatchObject({ order: 1, slope: 'local' })
  const fixed = ops.parameter('p', 1, 1)
  expect(ops.attention(fixed, fixed, x, 1)).toMatchObject({ order: 1, slope: 'global', attends: true })
  expect(ops.attention(fixed, fixed, fixed, 1)).toMatchObject({ slope: 'none', attends: false })
})

it('a norm whose epsilon is 0 in 32 bits divides by zero', () => {
  const ops = new TraitsReader()
  for (const norm of [
    (epsilon?: number) => ops.layerNorm(ops.state(), epsilon),
    (epsilon?: number) => ops.rmsNorm(ops.state(), epsilon),
    (epsilon?: number) => ops.groupNorm(ops.state(), 1, epsilon)
  ]) {
    expect([undefined, 1e-12, 0, 1e-60].map((epsilon) => norm(epsilon).divides)).toEqual([
      false,
      false,
      true,
      true
    ])
    expect(ops.add(ops.time(), norm(0)).divides).toBe(true)
  }
})

const PATCHES = {
  image: [4, 4, 1] as const,
  patch: 2,
  width: 8,
  depth: 1,
  timeWidth: 8,
  activation: 'silu' as const
}
const networks: [Architecture, object][] = [
  [
    { kind: 'mlp', dim: 2, hidden: [4], activation: 'relu' },
    { order: 1, modulated: false, attends: false }
  ],
  [
    { kind: 'residual-mlp', dim: 2, width: 4, depth: 1, timeWidth: 4, activation: 'silu' },
    { order: 0, modulated: true, attends: false }
  ],
  [
    { kind: 'mixer', ...PATCHES, image: [4, 4, 1], tokenHidden: 3, channelHidden: 5 },
    { order: 0, modulated: true, attends: false }
  ],
  [
    { kind: 'patch-transformer', ...PATCHES, image: [4, 4, 1], heads: 2, hidden: 8 },
    { order: 0, modulated: true, attends: true }
  ],
  [
    {
      kind: 'unet',
      image: [4, 4, 1],
      width: 4,
      multipliers: [1, 2],
      blocks: 1,
      groups: 2,
      heads: 2,
      timeWidth: 8,
      activation: 'silu'
    },
    { order: 0, modulated: true, attends: true }
  ]
]

it.each(networks)('%j is Lipschitz on all of space', (architecture, traits) => {
  expect(traitsOf(architecture)).toMatchObject({ ...traits, slope: 'global', divides: false })
})
