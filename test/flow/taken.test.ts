import { describe, expect, it } from 'vitest'
import { openFlow, solvers, type Flow, type SolverName } from '../../src/index.ts'
import { networkModel } from '../fixtures/determinism.ts'
import { mixture } from './flows.ts'

// Tight clusters: rows between them take many more steps than others, and others of them in the second run.
const flow = await openFlow(mixture('linear', 0.3))
const other = await openFlow(mixture('trigonometric', 0.5))
const COUNT = 60
const { data, dim } = flow.source({ count: COUNT, seed: 1 })
const rows = Array.from({ length: COUNT }, (_, i) => [...data.subarray(i * dim, (i + 1) * dim)])

type How = { solver: SolverName; steps?: number; rtol?: number; error: boolean }
type Taken = { readonly nfe: number; readonly steps: number }
const names = solvers.map(({ name }) => name).filter((name) => name !== 'stochastic')
const hows: How[] = names.flatMap((solver) => {
  const adaptive = ['bosh3', 'dopri5', 'tsit5'].includes(solver)
  const settings = adaptive ? [{ steps: 5 }, { rtol: 1e-4 }] : [{ steps: 5 }]
  return settings.flatMap((own) => [true, false].map((error) => ({ solver, ...own, error })))
})
const calls: Record<string, (on: Flow, x: number[][], how: How) => Taken> = {
  encode: (on, x, how) => on.encode(x, how),
  decode: (on, x, how) => on.decode(x, how),
  transport: (on, x, how) => on.transport(x, { ...how, from: 0.1, to: 0.95 }),
  translate: (on, x, how) => on.translate(other, x, how),
  interpolate: (on, x, how) =>
    on.interpolate(
      x,
      x.map(([a, b]) => [b, a - 1]),
      { ...how, weights: [0.2, 0.7] }
    )
}

describe.each(Object.entries(calls))('evaluations and steps of %s', (_, call) => {
  it.each(hows)('are those of the row that took the most, with %o', (how) => {
    const alone = rows.map((row) => call(flow, [row], how))
    const { nfe, steps } = call(flow, rows, how)
    expect({ nfe, steps }).toEqual({
      nfe: Math.max(...alone.map((one) => one.nfe)),
      steps: Math.max(...alone.map((one) => one.steps))
    })
  })
})

it('evaluations of an imputation are those of the draw that took the most', async () => {
  // Conjugate gradients end early where a network's derivative is no covariance: at other times for other draws.
  const network = await openFlow(networkModel({ kind: 'mlp', dim: 4, hidden: [16], activation: 'silu' }, 2))
  const seen = rows.map(([x, y]) => [x, null, y, x - y])
  const how = { method: 'guided', steps: 6, noiseStd: 0.2 } as const
  const alone = await Promise.all(seen.map((row, first) => network.impute([row], { ...how, first })))
  const { nfe } = await network.impute(seen, how)
  expect(nfe).toBe(Math.max(...alone.map((one) => one.nfe)))
})
