import { afterAll, describe, expect, it } from 'vitest'
import { openFlow, solvers } from '../../src/index.ts'
import { openPool } from '../../src/pool/node.ts'
import { mixture } from '../flow/flows.ts'

// Tight clusters: rows between them take many more evaluations than others, and others of them in the second run.
const model = mixture('linear', 0.3)
const pool = await openPool(model, { threads: 2 })
const flow = await openFlow(model)
const points = flow.source({ count: 150, seed: 1 })

afterAll(() => {
  pool.close()
})

const names = solvers.map(({ name }) => name)
const drawn = names.flatMap((solver) =>
  [
    { steps: 5 },
    { steps: 4, grid: 'cosine' as const },
    ...(['bosh3', 'dopri5', 'tsit5'].includes(solver) ? [{}, { rtol: 1e-3 }, { maxSteps: 9 }] : [])
  ].map((own) => ({ solver, ...own }))
)

describe('the report of a pool is that of one thread', () => {
  it.each(drawn)('of samples, with %o', async (own) => {
    const error = own.solver !== 'stochastic'
    for (const how of [own, ...(error ? [{ ...own, error }] : [])]) {
      const asked = { ...how, count: 150, seed: 2 }
      expect(await pool.sample(asked)).toEqual(flow.sample(asked))
    }
  })

  it.each(drawn.filter(({ solver }) => solver !== 'stochastic'))(
    'of rows that are carried, with %o',
    async (how) => {
      expect(await pool.encode(points, how)).toEqual(flow.encode(points, how))
      expect(await pool.decode(points, how)).toEqual(flow.decode(points, how))
      const between = { ...how, from: 0.1, to: 0.9 }
      expect(await pool.transport(points, between)).toEqual(flow.transport(points, between))
    }
  )

  it.each(drawn.filter(({ solver }) => solvers.find(({ name }) => name === solver)?.followsVelocity))(
    'of log-densities, with %o',
    async (how) => {
      expect(await pool.logProb(points, how)).toEqual(flow.logProb(points, how))
      const asked = { ...how, count: 100, logProb: true, probes: 2 }
      expect(await pool.sample(asked)).toEqual(flow.sample(asked))
    }
  )

  it('of imputations and anomalies', async () => {
    const seen = Array.from({ length: 100 }, (_, i) => [points.data[i], i % 3 === 0 ? 1 : null])
    const how = { method: 'guided', steps: 5, noiseStd: 0.1, count: 3 } as const
    expect(await pool.impute(seen, how)).toEqual(await flow.impute(seen, how))
    expect(await pool.anomaly(points, { draws: 4 })).toEqual(await flow.anomaly(points, { draws: 4 }))
  })
})
