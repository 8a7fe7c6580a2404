import { toBatch } from '../../io/batch.ts'
import {
  AnomalyOptionsSchema,
  CalibrateOptionsSchema,
  CalibrationSchema,
  DENOISING,
  type AnomalyFields
} from '../../schema/anomaly.ts'
import { validate } from '../../schema/validate.ts'
import type { Batch, Points, RowStatus } from '../../types.ts'
import type { Engine } from '../engine.ts'
import type { TellingOptions, WatchingOptions } from '../asked.ts'
import { pauses } from '../pause.ts'
import { checkOptions, refuse, refuseGiven } from '../request.ts'
import { telling } from '../told.ts'
import { ascending, median, pValues } from './calibrated.ts'
import { denoisingErrors, middleTime, type Denoising } from './denoising.ts'
import { rowStatus } from '../transport.ts'
import { surprises } from './density.ts'
import type { AnomalyOptions, AnomalyResult, CalibrateOptions, Calibration } from './options.ts'
import { drawsOf } from './price.ts'
import { randomRows } from './randomRows.ts'
import type { Scored } from './scored.ts'

const DIGITS = 7 // of a stored score

/**
 * Scores rows by how unlike the data they are.
 *
 * @throws GaussflowError `invalid_argument` for fields that do not go together and for a typicality without held-out
 *   densities, `shape_mismatch`, `over_limit`, `aborted`
 */
export async function anomaly(flow: Scored, x: Points, options: AnomalyOptions): Promise<AnomalyResult> {
  const { calibration: given, ...request } = checkOptions(AnomalyOptionsSchema, options)
  const { method, label, condition, guidance, guidanceInterval } = request
  const own = given ?? ownCalibration(flow)
  const told = { label, condition, guidance, guidanceInterval }
  const asCalibrated = Object.values(told).every((field) => field === undefined)
  const batch = toBatch(x, 'input', flow.engine.dim)
  if (method === 'denoising') {
    const settings = settingsOf(flow.engine, request, own?.denoising)
    const found = await denoise(flow, batch, settings, told, request)
    const entry = asCalibrated && agrees(own?.denoising, settings) ? own?.denoising : undefined
    return { method, ...found, ...sharesOf(found.score, entry?.scores), ...flow.engine.mark }
  }
  for (const name of DENOISING)
    refuseGiven({ [name]: request[name] }, `with the method ${method}; it belongs to denoising`)
  const entry = own?.density
  if (method === 'typicality' && entry === undefined)
    refuse(
      'method',
      'be denoising or density of a flow without held-out densities; calibrate it by `density`'
    )
  const seed = request.seed ?? entry?.seed ?? 0
  const { score: surprise, nfe, status } = await surprises(flow, batch, { ...told, seed }, request)
  const same = asCalibrated && seed === entry?.seed ? entry.scores : undefined
  const facts = { method, nfe, status, ...flow.engine.mark }
  if (method === 'density' || entry === undefined)
    return { ...facts, score: surprise, ...sharesOf(surprise, same) }
  const usual = median(entry.scores)
  const score = surprise.map((value) => Math.abs(value - usual))
  const deviations = same && ascending(same.map((value) => Math.abs(value - usual)))
  return { ...facts, score, ...sharesOf(score, deviations) }
}

/** Scores held-out data: what `anomaly` compares with. */
export async function calibrate(flow: Scored, x: Points, options: CalibrateOptions): Promise<Calibration> {
  const request = checkOptions(CalibrateOptionsSchema, options)
  const { methods, count } = request
  if (!methods.includes('denoising'))
    for (const name of DENOISING) refuseGiven({ [name]: request[name] }, 'without the method denoising')
  const { core } = flow.engine
  const batch = randomRows(core, toBatch(x, 'input', flow.engine.dim), count, request.seed ?? 0)
  const settings = settingsOf(flow.engine, request, undefined)
  const calibration: { -readonly [K in keyof Calibration]: Calibration[K] } = {}
  if (methods.includes('denoising')) {
    const { score } = await denoise(flow, batch, settings, {}, request)
    calibration.denoising = { ...settings, scores: stored(score) }
  }
  if (methods.includes('density')) {
    const { seed } = settings
    const { score } = await surprises(flow, batch, { seed }, request)
    calibration.density = { seed, scores: stored(score) }
  }
  return calibration
}

/** The model's own, which holds on the schedule that it was found on. */
function ownCalibration({ manifest, flowFile }: Scored): Calibration | undefined {
  if (manifest?.calibration === undefined) return undefined
  if (JSON.stringify(manifest.flow.schedule) !== JSON.stringify(flowFile.schedule)) return undefined
  return validate(CalibrationSchema, manifest.calibration, 'calibration', 'invalid_model')
}

type Settings = Pick<AnomalyFields, 'times' | 'draws' | 'seed'>

function settingsOf(engine: Engine, request: Settings, entry: Denoising | undefined): Denoising {
  return {
    times: request.times ?? entry?.times ?? [middleTime(engine)],
    draws: request.draws ?? entry?.draws ?? drawsOf(engine.dim),
    seed: request.seed ?? entry?.seed ?? 0
  }
}

function agrees(entry: Denoising | undefined, { times, draws, seed }: Denoising): boolean {
  if (entry === undefined) return false
  return entry.draws === draws && entry.seed === seed && String(entry.times) === String(times)
}

interface Denoised {
  readonly score: Float64Array
  readonly label?: readonly number[]
  readonly nfe: number
  readonly status: RowStatus[]
}

/** The smallest error over the labels of a network that is told one, unless one is given. */
async function denoise(
  { engine, preprocessing }: Scored,
  { count, data }: Batch,
  settings: Denoising,
  told: TellingOptions,
  { onProgress, signal }: WatchingOptions
): Promise<Denoised> {
  const states = data.slice()
  preprocessing.toStates(states)
  const labels = labelsOf(engine, told)
  const evaluations = labels.length * settings.times.length * settings.draws
  const pause = pauses(signal)
  const score = new Float64Array(count).fill(NaN)
  const best = new Array<number>(count).fill(0)
  for (const [at, label] of labels.entries()) {
    const asked = telling(engine, label === undefined ? told : { ...told, label }, count)
    const errors = await denoisingErrors(asked, states, settings, pause)
    onProgress?.(at + 1, labels.length)
    errors.forEach((error, i) => {
      if (error >= score[i] || !Number.isFinite(error)) return
      score[i] = error
      best[i] = label ?? 0
    })
  }
  const label = labels[0] === undefined ? {} : { label: best }
  return { score, ...label, nfe: evaluations, status: rowStatus(score, score.length, 1) }
}

/** All labels of a network that is told one, where the request tells it none. */
function labelsOf({ condition }: Engine, told: TellingOptions): readonly (number | undefined)[] {
  if (condition?.kind !== 'label' || told.label !== undefined) return [undefined]
  return [...Array(condition.classes).keys()]
}

function sharesOf(
  score: Float64Array,
  heldOut: readonly number[] | undefined
): Pick<AnomalyResult, 'calibrated' | 'pValue'> {
  return heldOut === undefined ? { calibrated: false } : { calibrated: true, pValue: pValues(score, heldOut) }
}

/** Rounded, for a file; a held-out row without a score tells nothing. */
function stored(score: Float64Array): number[] {
  const finite = Array.from(score.filter(Number.isFinite), (value) => Number(value.toPrecision(DIGITS)))
  if (finite.length === 0) refuse('input', 'have a row whose score is finite')
  return ascending(finite)
}
