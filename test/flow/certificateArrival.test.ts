import { describe, expect, it } from 'vitest'
import { openFlow, type CertifyOptions, type Flow, type Statement } from '../../src/index.ts'
import type { ModelSource } from '../../src/flow/source.ts'
import { arrivalOf, arrivedRows, measuredOn } from '../../src/flow/certificate/arrival.ts'
import { SOLVER_NAMES } from '../../src/schema/request.ts'
import { SCHEDULE_NAMES, type ScheduleName } from '../../src/schema/schedule.ts'
import { graphModel, layer, SQUARE } from './graphs.ts'

// A stochastic solver is refused: it goes no way back.
const SOLVERS = SOLVER_NAMES.filter((name) => name !== 'stochastic')

const narrow = (schedule: ScheduleName): ModelSource => ({
  schedule,
  target: { kind: 'mixture', weights: [0.5, 0.5], means: [[-2], [2]], stds: [0.3, 0.3] }
})
/** v = 40 max(0, x - 1)^2: samples that begin above 1 leave all bounds, the others stay where they are. */
const some = graphModel(
  1,
  [
    { op: 'state' },
    { op: 'dense', name: 'over', inputs: [0], width: 1, activation: 'relu' },
    { op: 'multiply', inputs: [1, 1] },
    { op: 'dense', name: 'out', inputs: [2], width: 1 }
  ],
  { ...layer('over', [[1]], [-1]), ...layer('out', [[40]]) }
)

const certified = async (flow: Flow, options: CertifyOptions<Flow>) => {
  const { statements } = await flow.certify({ points: 2, ...options })
  return (id: string): Statement => statements.find((one) => one.id === id)!
}

describe.each(SCHEDULE_NAMES)('on %s', (schedule) => {
  it.each(SOLVERS)('nothing that is said of a few steps of %s is said in no number', async (solver) => {
    const sources: ModelSource[] = [narrow(schedule), SQUARE, some]
    for (const source of sources) {
      const own = source === sources[0]
      using flow = await openFlow(source, own ? {} : { schedule })
      using other = await openFlow({ schedule, target: { kind: 'gaussian', mean: [1], covariance: [[0.1]] } })
      const steps = /bosh3|dopri5|tsit5/.test(solver) ? {} : { steps: 1 }
      const { statements } = await flow.certify({ solver, ...steps, samples: 3, points: 2, other })
      for (const { id, text, value } of statements) {
        expect(text, id).not.toMatch(/NaN|undefined|Infinity/)
        if (/^(Not measured|No bound): (none|\d+) of/.test(text)) expect(value).toBeNull()
      }
    }
  })
})

it('where no row arrives, that is the reason and not another', async () => {
  using flow = await openFlow(narrow('ve'))
  const at = await certified(flow, { solver: 'implicit-midpoint', steps: 1, samples: 16 })
  for (const id of ['decode-error', 'encode-error', 'round-trip', 'log-density-error'])
    expect(at(id)).toMatchObject({
      value: null,
      text: 'Not measured: none of 16 samples arrived (16 not_converged).'
    })
  for (const id of ['decode-error-bound', 'encode-error-bound', 'round-trip-bound'])
    expect(at(id)).toMatchObject({
      value: null,
      hypotheses: [],
      text: 'No bound: none of 16 samples arrived (16 not_converged).'
    })
})

it('where some do, it is said how many did not and what the others show', async () => {
  using flow = await openFlow(some)
  const samples = 12
  const z = flow.source({ count: samples, seed: 0 })
  const { status } = flow.decode(z, { solver: 'heun', steps: 50, error: false })
  const lost = status.filter((row) => row === 'diverged').length
  expect(lost).toBeGreaterThan(0)
  expect(lost).toBeLessThan(samples)
  const at = await certified(flow, { solver: 'heun', steps: 50, samples })
  const missing = `${lost} of ${samples} samples did not arrive`
  expect(at('decode-error').value).toBeNull()
  expect(at('decode-error').text).toMatch(
    new RegExp(
      `^Not measured: ${missing} \\(${lost} diverged\\)\\. On the others: decoding is off by [\\d.e-]+, root`
    )
  )
  expect(at('encode-error').text).toContain(`${missing} (${lost} diverged by the reference)`)
  expect(at('decode-error-bound').text).toBe(`No bound: ${missing} (${lost} diverged).`)
  const eight = await certified(flow, { solver: 'heun', steps: 50, samples: 8 })
  const [slope, growth] = ['velocity-lipschitz-local', 'flow-map-lipschitz-local'].map(eight)
  expect(slope.value).toBeNull()
  expect(slope.text).toMatch(
    /^Not measured: \d of 8 .* On the others: the steepest .* on \d ways is [\d.e-]+;/
  )
  expect(growth.text).toMatch(
    /^Not measured: \d of 8 .* On the others: a random direction grew by [\d.e-]+ at most/
  )
})

it('a comparison whose ways do not all arrive is no bound for that reason', async () => {
  using flow = await openFlow(some)
  using other = await openFlow(narrow('linear'))
  const at = await certified(other, { other: flow, samples: 12 })
  for (const id of ['velocity-stability', 'velocity-stability-constant', 'cycle-consistency-bound'])
    expect(at(id).text).toMatch(/^No bound: \d+ of 12 samples did not arrive \(\d+ diverged/)
  expect(at('cycle-consistency').text).toMatch(/^Not measured: \d+ of 12 .* On the others: translated to/)
})

it('of a row the first way that it did not arrive on is told', () => {
  const arrival = arrivalOf([
    { status: ['ok', 'diverged', 'ok', 'ok'] },
    { status: ['ok', 'ok', 'step_limit', 'ok'], by: 'by the reference' }
  ])
  expect(arrival).toEqual({
    rows: [0, 3],
    missing: '2 of 4 samples did not arrive (1 diverged, 1 step_limit by the reference)'
  })
  expect([...arrivedRows(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), arrival, 2)]).toEqual([1, 2, 7, 8])
  expect(arrivalOf([{ status: ['ok', 'ok'] }])).toEqual({ rows: [0, 1], missing: undefined })
})

it('what is no finite number on rows that arrived is not called one', () => {
  const whole = arrivalOf([{ status: ['ok'] }])
  for (const value of [NaN, Infinity])
    expect(measuredOn(whole, () => value, String)).toEqual({
      value: null,
      text: 'What there was to measure is no finite number.'
    })
  expect(measuredOn(whole, () => 2, (two) => `It is ${two}.`)).toEqual({ value: 2, text: 'It is 2.' }) // prettier-ignore
})
