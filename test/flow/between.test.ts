import { describe, expect, it } from 'vitest'
import { openFlow, solvers, type Flow } from '../../src/index.ts'
import { meanOfProbes } from '../../src/flow/probes.ts'
import { worstError } from '../assembly/core.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { refusal } from '../fixtures/refusal.ts'
import { diagonal, mixture } from './flows.ts'

const FINE = { solver: 'rk4', steps: 80 } as const
const METHODS = solvers.filter(({ name }) => name !== 'stochastic')

/** The largest error of each row's coordinates. */
const offs = (data: ArrayLike<number>, exact: ArrayLike<number>, rows: number): number[] => {
  const dim = exact.length / rows
  return Array.from({ length: rows }, (_, i) =>
    Math.max(...Array.from({ length: dim }, (__, j) => Math.abs(data[i * dim + j] - exact[i * dim + j])))
  )
}

describe('a translation', () => {
  it('encodes with the one flow and decodes with the other', async () => {
    using one = await openFlow(diagonal('linear', [1, -2], [0.5, 2]))
    using other = await openFlow(diagonal('trigonometric', [3, -1], [2, 0.25]))
    const x = randomRows(4, 6, 2)
    // T(x) = m' + (s' / s) (x - m), coordinate by coordinate
    const exact = x.flatMap(([p, q]) => [3 + (2 / 0.5) * (p - 1), -1 + (0.25 / 2) * (q + 2)])
    expect(worstError(one.translate(other, x, FINE).data, exact)).toBeLessThan(1e-5)
  })

  it('there and back is the point itself', async () => {
    using one = await openFlow(mixture('linear'))
    using other = await openFlow(diagonal('trigonometric', [3, -1], [2, 0.5]))
    const x = one.sample({ count: 5, seed: 1 })
    const there = one.translate(other, x, FINE)
    expect(worstError(other.translate(one, there, FINE).data, [...x.data])).toBeLessThan(1e-4)
  })

  it('counts the evaluations and steps of both ways', async () => {
    using one = await openFlow(mixture('linear'))
    using other = await openFlow(mixture('follmer', 0.4))
    const x = randomRows(4, 3, 2)
    const how = { solver: 'heun', steps: 10 } as const
    expect(one.translate(other, x, { ...how, error: false })).toMatchObject({ nfe: 40, steps: 20 })
    expect(one.translate(other, x, how)).toMatchObject({ nfe: 60, steps: 20 })
  })

  it.each(METHODS.filter(({ name }) => name !== 'implicit-midpoint'))(
    'by $name knows the error that both ways make',
    async ({ name: solver, order, errorOrder }) => {
      using one = await openFlow(mixture('linear', 0.8))
      using other = await openFlow(mixture('linear', 0.4))
      const x = randomRows(4, 15, 2)
      const exact = one.translate(other, x, { solver: 'rk4', steps: 1500, error: false }).data
      const { data, error } = one.translate(other, x, { solver, steps: 24 })
      const truth = offs(data, exact, x.length)
      const ratios = truth.map((off, i) => error![i] / off).sort((p, q) => p - q)
      expect(ratios[7]).toBeGreaterThan(0.2)
      expect(ratios[7]).toBeLessThan((5 * (2 ** order - 1)) / (2 ** errorOrder - 1))
    }
  )

  it('says the error of a way to latents that is far off, though the way from there is not', async () => {
    using one = await openFlow(mixture('linear', 0.02))
    using other = await openFlow(diagonal('trigonometric', [0, 0], [1, 1]))
    const x = randomRows(4, 15, 2)
    const how = { solver: 'euler', steps: 8 } as const
    const [{ error }, { error: there }] = [one.translate(other, x, how), one.encode(x, how)]
    expect(Math.max(...error!)).toBeGreaterThan(0.5 * Math.max(...there!))
  })

  it('says which core it was, whichever of the two it was', async () => {
    using plain = await openFlow(mixture('linear'))
    using relaxed = await openFlow(
      networkModel({ kind: 'mlp', dim: 2, hidden: [4], activation: 'silu' }, 1),
      { kernel: 'relaxed' }
    )
    expect(relaxed.translate(plain, [[0, 0]]).kernel).toBe('relaxed')
    expect(plain.translate(relaxed, [[0, 0]]).kernel).toBe('relaxed')
    expect(plain.translate(plain, [[0, 0]]).kernel).toBeUndefined()
  })

  it('takes no times, which run one way', async () => {
    using one = await openFlow(mixture('linear'))
    expect(refusal(() => one.translate(one, [[0, 0]], { times: [0, 1] }))).toMatchObject({
      code: 'invalid_argument',
      path: 'times'
    })
  })

  it('is not between flows of different dimensions', async () => {
    using one = await openFlow(mixture('linear'))
    using other = await openFlow(diagonal('linear', [0], [1]))
    const { message } = refusal(() => one.translate(other, [[0, 0]]))
    expect(message).toContain('`other` must be a flow of the same dimension, 2, got 1')
  })
})

describe('an interpolation', () => {
  it('goes along the great circle of the latents', async () => {
    const [mean, stds] = [
      [1, -2, 0.5],
      [0.5, 2, 1]
    ]
    using flow = await openFlow(diagonal('linear', mean, stds))
    const [x, y] = [randomRows(4, 3, 3), randomRows(5, 3, 3)]
    const weights = [0, 0.25, 0.5, 1]
    const latent = (row: number[]) => row.map((value, j) => (value - mean[j]) / stds[j])
    const exact = x.flatMap((row, i) => {
      const [p, q] = [latent(row), latent(y[i])]
      const dot = (u: number[], v: number[]) => u.reduce((sum, value, j) => sum + value * v[j], 0)
      const angle = Math.acos(dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q)))
      return weights.flatMap((w) =>
        p.map((value, j) => {
          const part = Math.sin((1 - w) * angle) * value + Math.sin(w * angle) * q[j]
          return mean[j] + (stds[j] * part) / Math.sin(angle)
        })
      )
    })
    const { data, count } = flow.interpolate(x, y, { ...FINE, weights })
    expect(count).toBe(12)
    expect(worstError(data, exact)).toBeLessThan(2e-5)
  })

  it('starts at the one point and ends at the other, and knows how far from them', async () => {
    using flow = await openFlow(mixture('linear'))
    const [x, y] = [flow.sample({ count: 3, seed: 1 }), flow.sample({ count: 3, seed: 2 })]
    const { data, error } = flow.interpolate(x, y, { solver: 'heun', steps: 30, weights: [0, 1] })
    const ends = [0, 1, 2].flatMap((i) => [x, y].flatMap((end) => [...end.data.subarray(2 * i, 2 * i + 2)]))
    offs(data, ends, 6).forEach((off, row) => {
      expect(off).toBeLessThan(2e-3)
      expect(off).toBeLessThan(20 * error![row])
    })
  })

  it('shows nine places where none are asked for', async () => {
    using flow = await openFlow(mixture('linear'))
    expect(flow.interpolate([[0, 1]], [[1, 0]]).count).toBe(9)
  })

  it.each([
    [{ weights: [0.5, 1.5] }, 'weights[1]', 'from the first point (0) to the second (1)'],
    [{ weights: [] }, 'weights', ''],
    [{ times: [0, 1] }, 'times', '']
  ])('refuses %o', async (options, path, words) => {
    using flow = await openFlow(mixture('linear'))
    const refused = refusal(() => flow.interpolate([[0, 1]], [[1, 0]], options))
    expect(refused).toMatchObject({ code: 'invalid_argument', path })
    expect(refused.message).toContain(words)
  })
})

describe.each(METHODS)('the limit of evaluations by $name', ({ name: solver }) => {
  const ways = async (): Promise<[string, (how: object) => ReturnType<Flow['translate']>][]> => {
    const [one, other] = [await openFlow(mixture('linear', 0.6)), await openFlow(mixture('follmer', 0.6))]
    const [x, y] = [randomRows(4, 4, 2), randomRows(5, 4, 2)]
    return [
      ['translate', (how) => one.translate(other, x, how)],
      ['interpolate', (how) => one.interpolate(x, y, { weights: [0.3, 0.6], ...how })]
    ]
  }

  it.each([1, 5, 40, 150, 100_000])('of %i holds for all ways together', async (maxNfe) => {
    for (const [name, go] of await ways())
      for (const error of [false, true]) {
        const { nfe, status, reached, data, error: told } = go({ solver, steps: 10, maxNfe, error })
        expect(nfe, name).toBeLessThanOrEqual(maxNfe)
        status.forEach((row, i) => {
          if (maxNfe === 1) expect(row).toBe('nfe_limit')
          if (maxNfe === 100_000) expect(row).toBe('ok')
          if (row === 'ok') expect(reached[i]).toBe(1)
          else if (told !== undefined) expect(told[i]).toBeNaN()
        })
        // Rows that did not come to their latents have nowhere to go on from.
        if (maxNfe === 1) expect([...data].every(Number.isNaN)).toBe(true)
      }
  })
})

it('a row whose way to its latents is lost is lost, and its neighbours are not', async () => {
  using one = await openFlow(mixture('linear', 0.05))
  using other = await openFlow(mixture('linear'))
  const far = [
    [0, 0.1],
    [1.5, -0.5]
  ]
  const how = { solver: 'dopri5', rtol: 1e-6, atol: 1e-6, error: false } as const
  const maxSteps = Math.round(
    far.reduce((sum, row) => sum + one.encode([row], how).steps + one.encode([row], how).rejected![0], 0) / 2
  )
  const { status, reached, data } = one.translate(other, far, { ...how, maxSteps })
  const lost = one.encode(far, { ...how, maxSteps })
  expect(new Set(lost.status)).toEqual(new Set(['ok', 'step_limit']))
  lost.status.forEach((row, i) => {
    if (row === 'ok') expect(Number.isFinite(data[2 * i])).toBe(true)
    else {
      expect(status[i]).toBe('step_limit')
      expect(reached[i]).toBe(lost.reached[i])
      expect(data[2 * i]).toBeNaN()
    }
  })
})

it('the standard error of probes is that of their mean: the variance has one degree of freedom less', () => {
  const { mean, standardError } = meanOfProbes(Float64Array.of(1, 3, 5, 5), 2, 2)
  expect([...mean]).toEqual([2, 5])
  expect([...standardError!]).toEqual([1, 0])
})
