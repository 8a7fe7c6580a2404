import { describe, expect, it } from 'vitest'
import { openFlow, type SampleOptions } from '../../src/index.ts'
import { refusal } from '../fixtures/refusal.ts'
import { mixture } from './flows.ts'

const flow = await openFlow(mixture('linear'))

describe('a request is refused', () => {
  it.each<[SampleOptions, string, RegExp]>([
    [{ rtol: 0 }, 'rtol', /must be a number from 1e-8 to 0\.1, got 0$/],
    [{ atol: 1 }, 'atol', /must be a number from 1e-8 to 0\.1, got 1$/],
    [{ maxSteps: 0, rtol: 1e-3 }, 'maxSteps', /must be an integer from 1 to 1000000, got 0$/],
    [{ probes: 0, logProb: true }, 'probes', /must be an integer from 1 to 1024, got 0$/],
    [{ probes: 1025, logProb: true }, 'probes', /must be an integer from 1 to 1024, got 1025$/],
    [{ solver: 'heun', rtol: 1e-3 }, 'rtol', /must be left out with the solver heun.*choose bosh3/],
    [{ solver: 'dopri5', rtol: 1e-3, steps: 5 }, 'steps', /must be left out with `rtol`/],
    [{ times: [0, 1], steps: 1 }, 'steps', /must be left out with `times`/],
    [{ times: [0, 1], grid: 'cosine' }, 'grid', /must be left out with `times`/],
    [{ times: [0, 0.6, 0.4, 1] }, 'times[2]', /must be after 0\.6, the time before it, got 0\.4$/],
    [{ times: [0, 0.5, 0.5, 1] }, 'times[2]', /must be after 0\.5/],
    [{ times: [0.1, 1] }, 'times[0]', /must be 0, where the way starts, got 0\.1$/],
    [{ times: [0, 0.9] }, 'times[1]', /must be 1, where the way ends, got 0\.9$/],
    [{ times: [0, 1.5] }, 'times[1]', /must be a number from 0 \(noise\) to 1 \(data\), got 1\.5$/],
    [{ epsilon: -1, solver: 'stochastic' }, 'epsilon', /must be a number from 0 to 100, got -1$/],
    [{ epsilon: 0.5, solver: 'heun' }, 'epsilon', /must be left out with the solver heun/],
    [{ count: 1_000_000, steps: 10_000, solver: 'dopri5', logProb: true, probes: 1024 }, 'count', /./]
  ])('for %o at `%s`, and the next one is served', (options, path, message) => {
    const refused = refusal(() => flow.sample(options))
    expect(refused.path).toBe(path)
    expect(refused.message).toMatch(message)
    expect(flow.sample({ steps: 2 }).status).toEqual(['ok'])
  })
})

it.each([
  [{ maxNfe: 0 }, 'maxNfe', /must be an integer from 1 to 2147483647, got 0$/],
  [{ maxNfe: 2.5 }, 'maxNfe', /must be an integer from 1/]
] as const)('for %o at `%s`', (options, path, message) => {
  const refused = refusal(() => flow.sample(options))
  expect(refused.path).toBe(path)
  expect(refused.message).toMatch(message)
})
