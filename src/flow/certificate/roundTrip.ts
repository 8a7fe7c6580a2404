import { noise } from '../noise.ts'
import { transport } from '../transport.ts'
import { existenceStatement } from './bounds.ts'
import { distance } from './distance.ts'
import { fanOf } from './fan.ts'
import { runOf, type Measuring } from './measuring.ts'
import { referenceOf } from './reference.ts'
import { finite, hypothesesOf, show, showAtMost, type Hypothesis, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

const FAN = "derived: Lady Windermere's fan with the certified growth of the flow"

/**
 * What the solver costs: how far decoding, encoding, and both one after the other are off, measured, and bounded by the fan of
 * local errors. A small round trip does not show that either way is right: a solver's errors there and back may cancel.
 */
export async function roundTripStatements(subject: Subject, measuring: Measuring): Promise<Statement[]> {
  const { engine, classes, declared } = subject
  const { count, seed, solving, pause } = measuring
  const z = noise(engine, { count, seed, first: 0 })
  const about = `${solving.solver.name}, ${solving.kind === 'grid' ? `${solving.steps} steps` : `tolerances ${solving.rtol} and ${solving.atol}`}, ${count} samples`
  if (!engine.finiteAtEnd)
    return [
      estimate(
        'round-trip',
        null,
        'derived',
        [],
        'A data set without bandwidth has no velocity at time 1 to encode by.'
      )
    ]
  const { solving: exact, name: exactly } = referenceOf(engine)
  const truth = transport(engine, z, count, runOf(subject, measuring, 0, 1, exact)).data
  await pause()
  const latents = transport(engine, truth, count, runOf(subject, measuring, 1, 0, exact)).data
  await pause()
  const decoded = await fanOf(subject, z, count, runOf(subject, measuring, 0, 1, solving), pause)
  const encoded = await fanOf(subject, truth, count, runOf(subject, measuring, 1, 0, solving), pause)
  const back = await fanOf(subject, encoded.data, count, runOf(subject, measuring, 0, 1, solving), pause)

  const growth = subject.lipschitz(0, 1)
  const trip = growth.kind === 'bound' ? growth.value * encoded.bound + back.bound : Infinity
  const resting = hypothesesOf(classes, declared)
  const measured = (id: string, value: number, what: string): Statement =>
    estimate(
      id,
      value,
      `measured against ${exactly}`,
      [],
      `${what} by ${show(value)}, root mean square (${about}).`
    )
  const bounded = (id: string, value: number, what: string): Statement =>
    estimate(
      id,
      value,
      FAN,
      Number.isFinite(value) ? resting : [],
      Number.isFinite(value)
        ? `${what} by ${showAtMost(value)} at most, root mean square: local errors as measured, growth as certified.`
        : 'No bound: nothing certifies how errors grow.'
    )
  return [
    measured('decode-error', distance(decoded.data, truth, count), 'Decoding is off'),
    bounded('decode-error-bound', decoded.bound, 'Decoding is off'),
    measured('encode-error', distance(encoded.data, latents, count), 'Encoding is off'),
    bounded('encode-error-bound', encoded.bound, 'Encoding is off'),
    measured('round-trip', distance(back.data, truth, count), 'Encoded and decoded again, data are off'),
    bounded('round-trip-bound', trip, 'Encoded and decoded again, data are off'),
    modelStatement(subject)
  ]
}

/** There and back along the solutions of one equation is nowhere else, where there is one through every point. */
function modelStatement(subject: Subject): Statement {
  const { value, hypotheses, at } = existenceStatement(subject)
  const shared = { id: 'round-trip-model', kind: 'proved', at: { from: 0, to: 1 } } as const
  if (value !== true || at.from > 0 || at.to < 1)
    return {
      ...shared,
      value: null,
      hypotheses: [],
      source: '',
      text: 'What the model itself adds to a round trip is not known: that is nothing where there is one solution through every point on all of [0, 1], which existence-uniqueness does not show.'
    }
  return {
    ...shared,
    value: 0,
    hypotheses,
    source: 'the flow of one velocity is undone exactly by its reverse',
    text: 'The model itself adds nothing to a round trip: all of it is the integrator. So a small round trip is no sign that either way is right; see decode-error and encode-error.'
  }
}

function estimate(
  id: string,
  value: number | null,
  source: string,
  hypotheses: readonly Hypothesis[],
  text: string
): Statement {
  const at = id.startsWith('encode') ? { from: 1, to: 0 } : { from: 0, to: 1 }
  return { id, kind: 'estimated', value: value === null ? null : finite(value), at, hypotheses, source, text }
}
