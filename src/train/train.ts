import type { Batch, Tensors } from '../types.ts'
import { heldOutPairs, trainingPairs, type Pairs } from './batches.ts'
import { fingerprint, readCheckpoint, writeCheckpoint, type Run } from './checkpoint.ts'
import type { Told } from '../network/condition.ts'
import { prepare } from '../network/forward.ts'
import { checkConditions, checkData, toStates, type Preprocessing } from './data.ts'
import { descend, startState } from './descent.ts'
import { layoutOf, namedTensors, type Layout } from './layout.ts'
import { heldOutLoss, velocityLoss } from './loss.ts'
import type { CurvePoint, Progress } from './progress.ts'
import { trainingSettings, type TrainingSettings, type TrainingSettingsInput } from './settings.ts'
import { loadTensorFlow, type TensorFlow } from './tensorflow.ts'

export interface TrainOptions extends TrainingSettingsInput {
  /** Rows to learn from, in data units. */
  readonly data: Batch
  /** Rows to judge by, never learned from. */
  readonly heldOut?: Batch
  /** What each row of `data` is told, and each of `heldOut`: a label, or numbers, as the architecture's condition says. */
  readonly conditions?: readonly Told[]
  readonly heldOutConditions?: readonly Told[]
  /** data = shift + scale * state. */
  readonly preprocessing?: Preprocessing
  /** Where to save the run every so many seconds (default 60); a run of the same settings and data found there is resumed. */
  readonly checkpoint?: { readonly folder: string; readonly everySeconds?: number }
  /** Steps from one point of the loss curve to the next (default 250). */
  readonly evaluateEvery?: number
  /** Called about once a second, and at each point of the curve. */
  readonly onProgress?: (progress: Progress) => void
  /** Aborting saves the run and returns what there is. */
  readonly signal?: AbortSignal
}

export interface TrainResult {
  /** The moving average of the weights. */
  readonly tensors: Tensors
  readonly settings: TrainingSettings
  readonly parameters: number
  /** Steps done; fewer than asked for only when the run was aborted. */
  readonly step: number
  readonly finished: boolean
  readonly curve: readonly CurvePoint[]
  /** Seconds spent on training, all sittings together. */
  readonly seconds: number
}

/**
 * Fits a network's velocity to the interpolant X_t = a Z + b X_1 of the data and standard normal noise
 * by AdamW on the squared error, and returns the moving average of its weights.
 *
 * The random numbers are functions of the seed and the step, and a checkpoint holds the whole state,
 * so a resumed run ends in the weights of an uninterrupted one on the same machine.
 *
 * @throws GaussflowError `unsupported` without TensorFlow.js; `invalid_argument`, `shape_mismatch` or `not_finite`
 * for settings and data that cannot be used, and when the loss leaves the finite numbers.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const {
    data,
    heldOut,
    conditions = [],
    heldOutConditions = [],
    preprocessing,
    checkpoint,
    evaluateEvery = 250,
    onProgress,
    signal,
    ...rest
  } = options
  const settings = trainingSettings(rest)
  await prepare(settings.architecture)
  const layout = layoutOf(settings.architecture)
  checkData(data, heldOut, layout.dim, preprocessing)
  checkConditions('conditions', conditions, data.count, settings.architecture.condition)
  if (heldOut !== undefined)
    checkConditions('heldOutConditions', heldOutConditions, heldOut.count, settings.architecture.condition)
  const tf = await loadTensorFlow()

  const identity = fingerprint(settings, evaluateEvery, data, heldOut, preprocessing, [
    conditions,
    heldOutConditions
  ])
  const run =
    (checkpoint && readCheckpoint(checkpoint.folder, layout, identity)) ?? newRun(layout, settings.seed)
  const pairsOf = trainingPairs(toStates(data, preprocessing), settings, conditions)
  const judge =
    heldOut === undefined ? [] : heldOutPairs(toStates(heldOut, preprocessing), settings, heldOutConditions)
  const save = (): void => checkpoint && writeCheckpoint(checkpoint.folder, layout, identity, run)

  const before = run.seconds
  const start = performance.now()
  let stepSaved = run.step
  let pace = NaN
  let saved = start
  let reported = start
  while (run.step < settings.steps && !signal?.aborted) {
    const begun = performance.now()
    takeStep(tf, settings, layout, run, pairsOf(run.step))
    pace = smoothed(pace, (performance.now() - begun) / 1000)
    if (run.step % evaluateEvery === 0 || run.step === settings.steps) {
      addPoint(run, judge.length === 0 ? undefined : heldOutLoss(tf, settings, layout, run.state.ema, judge))
      reported = -Infinity
    }
    const now = performance.now()
    run.seconds = before + (now - start) / 1000
    if (onProgress !== undefined && now - reported > 1000) {
      onProgress(progressOf(run, settings.steps, pace))
      reported = now
    }
    if (now - saved > (checkpoint?.everySeconds ?? 60) * 1000) {
      save()
      stepSaved = run.step
      saved = now
    }
    // Steps are synchronous: without a turn of the event loop no signal would ever arrive.
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (run.step !== stepSaved) save()
  return {
    tensors: namedTensors(layout, run.state.ema),
    settings,
    parameters: layout.total,
    step: run.step,
    finished: run.step === settings.steps,
    curve: run.curve,
    seconds: run.seconds
  }
}

function newRun(layout: Layout, seed: number): Run {
  return { state: startState(layout, seed), step: 0, seconds: 0, lossSum: 0, lossCount: 0, curve: [] }
}

function takeStep(tf: TensorFlow, settings: TrainingSettings, layout: Layout, run: Run, pairs: Pairs): void {
  run.lossSum += descend(tf, layout, run.state, run.step, settings, (...weights) =>
    velocityLoss(tf, settings, layout, weights, pairs)
  )
  run.step++
  run.lossCount++
}

/** A moving average over some thirty steps: the first ones of a sitting are slow, and say little of the rest. */
function smoothed(pace: number, seconds: number): number {
  return Number.isNaN(pace) ? seconds : pace + (seconds - pace) / 30
}

function addPoint(run: Run, heldOut: number | undefined): void {
  const loss = run.lossSum / run.lossCount
  run.curve.push(
    heldOut === undefined ? { step: run.step, loss } : { step: run.step, loss, heldOutLoss: heldOut }
  )
  run.lossSum = 0
  run.lossCount = 0
}

function progressOf(run: Run, steps: number, secondsPerStep: number): Progress {
  const last = run.curve.at(-1)
  return {
    step: run.step,
    steps,
    loss: run.lossCount > 0 ? run.lossSum / run.lossCount : (last?.loss ?? NaN),
    heldOutLoss: last?.heldOutLoss,
    secondsPerStep,
    secondsLeft: secondsPerStep * (steps - run.step)
  }
}
