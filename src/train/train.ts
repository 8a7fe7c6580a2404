import { heldOutPairs, trainingPairs, type Pairs } from './batches.ts'
import { plannedSteps } from './budget.ts'
import { fingerprint, readCheckpoint, writeCheckpoint, type Run } from './checkpoint.ts'
import { descend, startState } from './descent.ts'
import { flatten, layoutOf, namedTensors, type Layout } from './layout.ts'
import { heldOutLoss, velocityLoss } from './loss.ts'
import type { TrainingState } from './optimizer.ts'
import type { StoppedBy, TrainOptions, TrainResult } from './options.ts'
import { prepare as loadNetwork } from '../network/forward.ts'
import { checkArchitecture } from '../network/weights.ts'
import { prepare } from './prepare.ts'
import type { Progress } from './progress.ts'
import { trainingSettings, type TrainingSettings } from './settings.ts'
import { loadTensorFlow } from './tensorflow.ts'
import { drawSamples } from './validation.ts'

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
  const { data, heldOut, conditions = [], heldOutConditions = [], noise, heldOutNoise, ...others } = options
  const { preprocessing, start: begin, checkpoint, evaluateEvery = 250, samples, ...watching } = others
  const { onStart, onSamples, onCurve, onProgress, signal, ...given } = watching
  const asked = trainingSettings(given)
  await loadNetwork(asked.architecture)
  checkArchitecture(asked.architecture, 'architecture')
  const layout = layoutOf(asked.architecture)
  const { examples, judge } = prepare(options, asked)
  const tf = await loadTensorFlow()

  const pairsOf = trainingPairs(examples, asked)
  const judged = judge === undefined ? [] : heldOutPairs(judge, asked)
  const step = (state: TrainingState, settings: TrainingSettings, index: number, pairs: Pairs): number =>
    descend(tf, layout, state, index, settings, (...weights) =>
      velocityLoss(tf, settings, layout, weights, pairs)
    )
  const evaluate = (settings: TrainingSettings, weights: Float32Array): number | undefined =>
    judged.length === 0 ? undefined : heldOutLoss(tf, settings, layout, weights, judged)

  const kept = checkpoint && {
    folder: checkpoint.folder,
    identity: fingerprint(asked, {
      ...{ evaluateEvery, preprocessing, data, heldOut, noise, heldOutNoise, start: begin },
      ...{ conditions, heldOutConditions }
    })
  }
  const started = performance.now()
  const limit = 60 * (asked.minutes ?? Infinity)
  const found = kept && readCheckpoint(kept.folder, layout, kept.identity)
  const run = found ?? newRun(layout, asked.seed, begin, await plan())
  const settings = trainingSettings({ ...given, steps: run.steps })
  const save = (): void => kept && writeCheckpoint(kept.folder, layout, kept.identity, run)

  onStart?.({ step: run.step, steps: run.steps })
  const before = run.seconds
  let stepSaved = run.step
  let pace = NaN
  let saved = started
  let reported = started
  let stopped: StoppedBy | undefined
  while ((stopped = stoppedBy(run, settings, limit, signal)) === undefined) {
    const begun = performance.now()
    run.lossSum += step(run.state, settings, run.step, pairsOf(run.step))
    run.step++
    run.lossCount++
    pace = smoothed(pace, (performance.now() - begun) / 1000)
    if (run.step % evaluateEvery === 0 || run.step === run.steps) {
      addPoint(run, evaluate(settings, run.state.ema), settings.patience !== undefined)
      await onCurve?.(run.curve)
      reported = -Infinity
    }
    if (samples !== undefined && (run.step % samples === 0 || run.step === run.steps)) {
      const tensors = namedTensors(layout, run.state.ema)
      const drawing = await drawSamples(
        tensors,
        settings,
        run.step,
        judge ?? examples,
        judge !== undefined,
        preprocessing
      )
      if (drawing.validation !== undefined) run.validation.push(drawing.validation)
      await onSamples?.(drawing)
    }
    const now = performance.now()
    run.seconds = before + (now - started) / 1000
    if (onProgress !== undefined && now - reported > 1000) {
      onProgress(progressOf(run, limit, pace))
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
    tensors: namedTensors(layout, run.best?.weights ?? run.state.ema),
    settings,
    preprocessing,
    parameters: layout.total,
    step: run.step,
    stoppedBy: stopped,
    finished: stopped !== 'signal',
    ...(run.best && { bestStep: run.best.step }),
    curve: run.curve,
    validation: run.validation,
    seconds: run.seconds
  }

  /** The number of steps, or what the minutes allow by the pace of steps on a state that is thrown away. */
  async function plan(): Promise<number> {
    if (limit === Infinity) return asked.steps
    const { state } = newRun(layout, asked.seed, begin, asked.steps)
    return await plannedSteps(limit, asked.steps, {
      step: (index) => step(state, asked, index, pairsOf(index)),
      evaluate: () => evaluate(asked, state.ema),
      evaluateEvery
    })
  }
}

function newRun(layout: Layout, seed: number, begin: TrainOptions['start'], steps: number): Run {
  const state = startState(layout, seed)
  if (begin !== undefined) {
    state.weights.set(flatten(layout, begin))
    state.ema.set(state.weights)
  }
  const counts = { step: 0, seconds: 0, lossSum: 0, lossCount: 0 }
  return { state, steps, ...counts, curve: [], validation: [] }
}

/** Why the run ends before its next step, if it does. */
function stoppedBy(
  { step, steps, seconds, curve, best }: Run,
  { patience }: TrainingSettings,
  limit: number,
  signal: AbortSignal | undefined
): StoppedBy | undefined {
  if (step >= steps) return 'steps'
  if (patience !== undefined && best !== undefined) {
    if (curve.filter((point) => point.step > best.step).length >= patience) return 'patience'
  }
  if (signal?.aborted === true) return 'signal'
  return seconds >= limit ? 'minutes' : undefined
}

/** A moving average over some thirty steps: the first ones of a sitting are slow, and say little of the rest. */
function smoothed(pace: number, seconds: number): number {
  return Number.isNaN(pace) ? seconds : pace + (seconds - pace) / 30
}

function addPoint(run: Run, heldOut: number | undefined, patient: boolean): void {
  const { step, state } = run
  const loss = run.lossSum / run.lossCount
  run.curve.push(heldOut === undefined ? { step, loss } : { step, loss, heldOutLoss: heldOut })
  if (patient && heldOut !== undefined && heldOut < (run.best?.heldOutLoss ?? Infinity))
    run.best = { step, heldOutLoss: heldOut, weights: state.ema.slice() }
  run.lossSum = 0
  run.lossCount = 0
}

function progressOf(run: Run, limit: number, secondsPerStep: number): Progress {
  const { step, steps, lossSum, lossCount } = run
  const last = run.curve.at(-1)
  return {
    step,
    steps,
    loss: lossCount > 0 ? lossSum / lossCount : (last?.loss ?? NaN),
    heldOutLoss: last?.heldOutLoss,
    secondsPerStep,
    secondsLeft: Math.min(secondsPerStep * (steps - step), Math.max(0, limit - run.seconds))
  }
}
