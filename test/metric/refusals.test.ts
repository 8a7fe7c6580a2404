import { describe, expect, it } from 'vitest'
import * as gaussflow from '../../src/metric/index.ts'
import type { Points } from '../../src/types.ts'
import { refusal } from '../fixtures/refusal.ts'

type Options = Record<string, unknown>
/** Everything that compares two sets of points, with what it cannot do without. */
const COMPARISONS: Record<string, (x: Points, y: Points, options?: Options) => unknown> = {
  wasserstein: gaussflow.wasserstein,
  matching: gaussflow.matching,
  slicedWasserstein: gaussflow.slicedWasserstein,
  energyDistance: gaussflow.energyDistance,
  mmd: gaussflow.mmd,
  sinkhorn: (x, y, options) => gaussflow.sinkhorn(x, y, { epsilon: 1, ...options }),
  sinkhornDivergence: (x, y, options) => gaussflow.sinkhornDivergence(x, y, { epsilon: 1, ...options })
}

const two = [
  [0, 0],
  [1, 2]
]

describe.each(Object.entries(COMPARISONS))('%s', (_, compare) => {
  it.each<[string, unknown, string, string]>([
    ['no rows', [], 'y', '`y` must hold at least one row, got []'],
    ['no points', 'rows', 'y', '`y` must be rows [[...], ...] or { shape, data }, got "rows"'],
    ['another dimension', [[0], [1]], 'y', '`y` must have rows of length 2 (as long as those of `x`), got 1'],
    [
      'a number that is none',
      [
        [0, 0],
        [1, NaN]
      ],
      'y[1][1]',
      '`y[1][1]` must be a finite 32-bit number, got NaN'
    ],
    [
      'an infinite number in a batch',
      { count: 2, dim: 2, data: Float32Array.of(0, 0, Infinity, 0) },
      'y[1][0]',
      '`y[1][0]` must be a finite 32-bit number, got Infinity'
    ]
  ])('refuses %s', (_, y, path, message) => {
    expect(refusal(() => compare(two, y as Points))).toMatchObject({ path, message })
  })

  it('refuses an option that it does not know', () => {
    const { code, path, message } = refusal(() => compare(two, two, { nothing: 1 }))
    expect([code, path]).toEqual(['invalid_argument', 'nothing'])
    expect(message).toContain('`nothing` is not a field that is known here; known are ')
  })

  it('leaves its points as they were', () => {
    const x = { count: 3, dim: 2, data: Float32Array.of(5, 4, 3, 2, 1, 0) }
    const y = { count: 3, dim: 2, data: Float32Array.of(9, 8, 3, 2, 1, 7) }
    compare(x, y)
    expect([...x.data, ...y.data]).toEqual([5, 4, 3, 2, 1, 0, 9, 8, 3, 2, 1, 7])
  })
})

it.each<[string, string, Options, string]>([
  ['an order of 3', 'wasserstein', { order: 3 }, '`order` must be 1 or 2, got 3'],
  [
    'no projections',
    'slicedWasserstein',
    { projections: 0 },
    '`projections` must be an integer of at least 1, got 0'
  ],
  [
    'half a seed',
    'slicedWasserstein',
    { seed: 0.5 },
    '`seed` must be an integer from 0 to 9007199254740991, got 0.5'
  ],
  ['an epsilon of 0', 'sinkhorn', { epsilon: 0 }, '`epsilon` must be a finite number above 0, got 0'],
  [
    'a negative tolerance',
    'sinkhorn',
    { tolerance: -1 },
    '`tolerance` must be a finite number above 0, got -1'
  ],
  [
    'no iterations',
    'sinkhornDivergence',
    { iterations: 0 },
    '`iterations` must be an integer of at least 1, got 0'
  ],
  ['a bandwidth of NaN', 'mmd', { bandwidth: NaN }, '`bandwidth` must be a finite number above 0, got NaN'],
  [
    'another estimate',
    'energyDistance',
    { estimate: 'biased' },
    '`estimate` must be "unbiased" or "v-statistic", got "biased"'
  ],
  ['no memory', 'matching', { memoryLimit: 0 }, '`memoryLimit` must be an integer of at least 1, got 0']
])('refuses %s', (_, name, options, message) => {
  expect(refusal(() => COMPARISONS[name](two, two, options)).message).toBe(message)
})

it.each(['energyDistance', 'mmd'])(
  '%s refuses a single row where the estimate is unbiased, and takes it otherwise',
  (name) => {
    expect(refusal(() => COMPARISONS[name](two, [[0, 0]])).message).toBe(
      '`y` must hold at least 2 rows, got 1'
    )
    expect(COMPARISONS[name](two, [[0, 0]], { estimate: 'v-statistic' })).toBeDefined()
  }
)

it('sinkhorn requires its epsilon', () => {
  expect(refusal(() => gaussflow.sinkhorn(two, two, {} as never)).message).toBe('`epsilon` is required')
})
