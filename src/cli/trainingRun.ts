import { rmdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { GaussflowError } from '../error.ts'
import type { Draft } from '../train/model.ts'
import type { TrainOptions, TrainResult } from '../train/options.ts'
import { numeral, required } from './arguments.ts'
import type { Arguments, Io } from './command.ts'
import { asking, asUsage } from './flags.ts'
import type { Meaning } from './model.ts'
import { statusLine } from './statusLine.ts'
import { checkName, SETTINGS } from './training.ts'
import { CURVE, trainingFiles } from './trainingFiles.ts'
import { writeWhole } from './writeFile.ts'

/** Where a run leaves its model, and where it saves itself until then. */
export interface Place {
  readonly out: string
  readonly name: string
  readonly checkpoint: string
}

/** The value of a flag, or what it is without. */
export function textOf({ flags }: Arguments, name: string, otherwise: string): string {
  const given = flags[name]
  return typeof given === 'string' ? given : otherwise
}

/** Reads `--out`, `--name` and `--checkpoint`. */
export function placeOf(args: Arguments): Place {
  const out = required(args, 'out', { value: 'FOLDER' })
  const name = asUsage(() => checkName(textOf(args, 'name', basename(resolve(out)))))
  return { out, name, checkpoint: textOf(args, 'checkpoint', join('.train', name)) }
}

/** Refusals under these names are of flags, whoever finds them. */
const ENTRIES = Object.fromEntries(
  [...SETTINGS, 'dequantise', 'time', 'samples', 'pairs', 'heldOutPairs', 'guidance'].map((name) => [
    name,
    true
  ])
)

type Watching = Pick<
  TrainOptions,
  'checkpoint' | 'samples' | 'onStart' | 'onSamples' | 'onCurve' | 'onProgress' | 'signal'
>

/**
 * Trains under a progress line, with files of the run beside its checkpoint, until it ends or Ctrl-C stops it.
 *
 * @param what what is trained on what, as the first line says it
 * @throws GaussflowError `aborted` when it was stopped; the same command then goes on
 */
export async function runTraining<Result extends TrainResult>(
  { flags }: Arguments,
  io: Io,
  { name, checkpoint }: Place,
  meaning: Meaning,
  what: string,
  run: (watching: Watching) => Promise<Result>
): Promise<Result> {
  const { lossPlot, progressLine } = await import('../train/index.ts')
  const files = trainingFiles(checkpoint, meaning)
  const stopping = new AbortController()
  io.onInterrupt(() => {
    io.report('stopping after this step; once more stops at once\n')
    stopping.abort()
  })
  const line = statusLine(io)
  const watching: Watching = {
    checkpoint: { folder: checkpoint },
    samples: numeral(flags.samples) as number | undefined,
    onStart: ({ step, steps }) =>
      io.report(`${what}, ${step === 0 ? '' : `from step ${step} `}to step ${steps}; Ctrl-C saves\n`),
    onSamples: ({ step, points }) => files.writeSamples(step, points),
    onCurve: (curve) => files.writeCurve(lossPlot(curve, name)),
    onProgress: (progress) => line.update(progressLine(progress)),
    signal: stopping.signal
  }
  const result = await asking({ entries: ENTRIES }, () => run(watching)).finally(() => line.end())
  if (result.finished) return result
  const message = `stopped at step ${result.step} of ${result.settings.steps}; the same command goes on from ${checkpoint}`
  throw new GaussflowError('aborted', message)
}

/** Writes the model with its loss curve, removes what the run saved unless it may go on, and says what became of it. */
export async function deliverModel(
  io: Io,
  { out, name, checkpoint }: Place,
  result: TrainResult,
  draft: Omit<Draft, 'name' | 'flow'>,
  fields: Readonly<Record<string, unknown>> = {}
): Promise<void> {
  const { lossPlot, removeCheckpoint, trainedFlow, writeModel } = await import('../train/index.ts')
  const { step, parameters, stoppedBy, bestStep, seconds, curve } = result
  writeModel(out, { name, flow: trainedFlow(result), ...draft }, result.tensors)
  if (curve.length > 0) await writeWhole(join(out, CURVE), [lossPlot(curve, name)])
  if (stoppedBy !== 'minutes') {
    removeCheckpoint(checkpoint)
    await trainingFiles(checkpoint, {}).removeCurve()
    await rmdir(checkpoint).catch(() => {}) // it stays where it holds something else, such as samples
  }
  io.report(endOf(result, checkpoint))
  io.report(`wrote ${out}; draw from it with: gaussflow sample ${out} --count 4\n`)
  const { loss, heldOutLoss } = curve.find((point) => point.step === bestStep) ?? curve.at(-1) ?? {}
  const record = { model: out, steps: step, stoppedBy, bestStep, parameters, seconds: Math.round(seconds) }
  await io.write(`${JSON.stringify({ ...record, loss, heldOutLoss, ...fields })}\n`)
}

/** Why a run ended before its last step, and what that means for the model. */
function endOf({ stoppedBy, step, bestStep, settings }: TrainResult, checkpoint: string): string {
  if (stoppedBy === 'patience')
    return `stopped at step ${step}: the held-out loss was least at step ${bestStep}, whose weights these are\n`
  if (stoppedBy === 'minutes')
    return `the time is up at step ${step} of ${settings.steps}; the same command with more --minutes goes on from ${checkpoint}\n`
  return ''
}
