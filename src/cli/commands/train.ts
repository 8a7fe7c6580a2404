import { rmdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { GaussflowError } from '../../error.ts'
import type { Manifest } from '../../schema/manifest.ts'
import type { TrainResult } from '../../train/options.ts'
import type { TrainingSettingsInput } from '../../train/settings.ts'
import { numeral, required } from '../arguments.ts'
import { UsageError, type Arguments, type Command, type Io } from '../command.ts'
import { asking, asUsage } from '../flags.ts'
import { statusLine } from '../statusLine.ts'
import { checkName, SETTINGS, settingsOf } from '../training.ts'
import { checkSamples, CURVE, trainingFiles } from '../trainingFiles.ts'
import { TRAINING } from '../trainingFlags.ts'
import { checkSource, readRows, type Rows } from '../trainingRows.ts'
import { writeWhole } from '../writeFile.ts'

/** Refusals under these names are of flags, whoever finds them. */
const ENTRIES = Object.fromEntries([...SETTINGS, 'dequantise', 'time', 'samples'].map((name) => [name, true]))

async function run(args: Arguments, io: Io): Promise<void> {
  if (args.positionals.length > 0)
    throw new UsageError(`\`train\` takes flags only, got ${args.positionals[0]}`)
  const data = required(args, 'data', { value: 'PATH' })
  checkSource(data)
  const out = required(args, 'out', { value: 'FOLDER' })
  const { flags } = args
  const text = (name: string, otherwise: string): string =>
    typeof flags[name] === 'string' ? flags[name] : otherwise
  const name = asUsage(() => checkName(text('name', basename(resolve(out)))))
  const checkpoint = text('checkpoint', join('.train', name))

  const rows = await readRows(args, data)
  checkSamples(args, rows)
  // TensorFlow.js is large and optional: no other command loads it.
  const training = await import('../../train/index.ts')
  const settings = await settingsOf(args, rows)
  const { train: learned, heldOut, order } = training.splitData(rows.points, rows.heldOut, settings.seed ?? 0)
  const told = Array.from(rows.labels === undefined ? [] : order, (row) => rows.labels!.of[row])
  const preprocessing =
    rows.standardise === undefined
      ? { shift: 0.5, scale: 0.5 }
      : training.standardisation(learned, rows.standardise)
  const files = trainingFiles(checkpoint, rows)
  const stopping = new AbortController()
  io.onInterrupt(() => {
    io.report('stopping after this step; once more stops at once\n')
    stopping.abort()
  })
  const line = statusLine(io)
  const result = await asking({ entries: ENTRIES }, () =>
    training.train({
      ...settings,
      data: learned,
      ...(heldOut.count > 0 && { heldOut }),
      conditions: told.slice(0, learned.count),
      heldOutConditions: told.slice(learned.count),
      preprocessing,
      checkpoint: { folder: checkpoint },
      samples: numeral(flags.samples) as number | undefined,
      onStart: ({ step, steps }) => io.report(startOf(settings, learned.count, heldOut.count, step, steps)),
      onSamples: ({ step, points }) => files.writeSamples(step, points),
      onCurve: (curve) => files.writeCurve(training.lossPlot(curve, name)),
      onProgress: (progress) => line.update(training.progressLine(progress)),
      signal: stopping.signal
    })
  ).finally(() => line.end())
  const { step, parameters, stoppedBy, bestStep, seconds, curve } = result
  if (!result.finished) {
    const message = `stopped at step ${step} of ${result.settings.steps}; the same command goes on from ${checkpoint}`
    throw new GaussflowError('aborted', message)
  }
  training.writeModel(
    out,
    {
      name,
      description: text('description', `Trained on ${basename(data)}.`),
      licence: text('licence', 'not stated'),
      flow: training.trainedFlow(result),
      data: describeData(rows),
      preprocessing,
      sampling: { solver: 'heun', steps: 50 },
      training: {
        data: basename(data),
        rows: learned.count,
        heldOutRows: heldOut.count,
        ...training.trainingRecord(result)
      }
    },
    result.tensors
  )
  if (curve.length > 0) await writeWhole(join(out, CURVE), [training.lossPlot(curve, name)])
  if (stoppedBy !== 'minutes') {
    training.removeCheckpoint(checkpoint)
    await files.removeCurve()
    await rmdir(checkpoint).catch(() => {}) // it stays where it holds something else, such as samples
  }
  io.report(endOf(result, checkpoint))
  io.report(`wrote ${out}; draw from it with: gaussflow sample ${out} --count 4\n`)
  const { loss, heldOutLoss } = curve.find((point) => point.step === bestStep) ?? curve.at(-1) ?? {}
  const record = { model: out, steps: step, stoppedBy, bestStep, parameters, seconds: Math.round(seconds) }
  await io.write(`${JSON.stringify({ ...record, loss, heldOutLoss })}\n`)
}

function startOf(
  { architecture }: TrainingSettingsInput,
  rows: number,
  others: number,
  step: number,
  steps: number
): string {
  const from = step === 0 ? '' : `from step ${step} `
  return `training a ${architecture.kind} on ${rows} rows, judged by ${others} others, ${from}to step ${steps}; Ctrl-C saves\n`
}

/** Why a run ended before its last step, and what that means for the model. */
function endOf({ stoppedBy, step, bestStep, settings }: TrainResult, checkpoint: string): string {
  if (stoppedBy === 'patience')
    return `stopped at step ${step}: the held-out loss was least at step ${bestStep}, whose weights these are\n`
  if (stoppedBy === 'minutes')
    return `the time is up at step ${step} of ${settings.steps}; the same command with more --minutes goes on from ${checkpoint}\n`
  return ''
}

function describeData({ image, columns, labels }: Rows): Manifest['data'] {
  const names = labels && { labels: [...labels.names] }
  if (image !== undefined) return { kind: 'image', shape: image, ...names }
  return { kind: 'vector', ...(columns && { columns: [...columns] }), ...names }
}

export const train: Command = {
  summary: 'Train a model on a table of numbers or on pictures',
  usage: '--data PATH --out FOLDER [flags]',
  options: TRAINING,
  run
}
