import { noise } from '../noise.ts'
import { transport } from '../transport.ts'
import { arrivalOf, arrivedRows, byReference, measuredOn, type Way } from './arrival.ts'
import { existenceStatement } from './bounds.ts'
import { distance } from './distance.ts'
import { fanOf, tooLarge, UNCERTIFIED } from './fan.ts'
import { runOf, type Measuring } from './measuring.ts'
import { referenceOf } from './reference.ts'
import { hypothesesOf, show, showAtMost, type Hypothesis, type Statement } from './statement.ts'
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
  const truth = transport(engine, z, count, runOf(subject, measuring, 0, 1, exact))
  await pause()
  const latents = transport(engine, truth.data, count, runOf(subject, measuring, 1, 0, exact))
  await pause()
  const decoded = await fanOf(subject, z, count, runOf(subject, measuring, 0, 1, solving), pause)
  const encoded = await fanOf(subject, truth.data, count, runOf(subject, measuring, 1, 0, solving), pause)
  const back = await fanOf(subject, encoded.data, count, runOf(subject, measuring, 0, 1, solving), pause)

  const start = byReference(truth.status)
  const growth = subject.lipschitz(0, 1)
  const trip = growth.kind === 'bound' ? growth.value * encoded.bound + back.bound : Infinity
  const grown = growth.kind === 'bound' ? undefined : UNCERTIFIED
  const resting = hypothesesOf(classes, declared)
  const measured = (
    id: string,
    ways: readonly Way[],
    ends: readonly [Float32Array, Float32Array],
    what: string
  ) => {
    const arrival = arrivalOf(ways)
    const [x, y] = ends.map((data) => arrivedRows(data, arrival, engine.dim))
    const { value, text } = measuredOn(
      arrival,
      () => distance(x, y, arrival.rows.length),
      (off) => `${what} by ${show(off)}, root mean square (${about}).`
    )
    return estimate(id, value, `measured against ${exactly}`, [], text)
  }
  const bounded = (
    id: string,
    ways: readonly Way[],
    value: number,
    missing: string | undefined,
    what: string
  ) => {
    const why = arrivalOf(ways).missing ?? missing ?? tooLarge(value)
    if (why !== undefined) return estimate(id, null, FAN, [], `No bound: ${why}.`)
    const text = `${what} by ${showAtMost(value)} at most, root mean square: local errors as measured, growth as certified.`
    return estimate(id, value, FAN, resting, text)
  }
  const [off, offBack, around] = [
    'Decoding is off',
    'Encoding is off',
    'Encoded and decoded again, data are off'
  ]
  return [
    measured('decode-error', [decoded, start], [decoded.data, truth.data], off),
    bounded('decode-error-bound', [decoded], decoded.bound, decoded.why, off),
    measured(
      'encode-error',
      [start, encoded, byReference(latents.status)],
      [encoded.data, latents.data],
      offBack
    ),
    bounded('encode-error-bound', [start, encoded], encoded.bound, encoded.why, offBack),
    measured('round-trip', [start, encoded, back], [back.data, truth.data], around),
    bounded('round-trip-bound', [start, encoded, back], trip, encoded.why ?? back.why ?? grown, around),
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
      text: 'Not known: nothing, were there one solution through every point on all of [0, 1], which existence-uniqueness does not show.'
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
  return { id, kind: 'estimated', value, at, hypotheses, source, text }
}
