import { rmdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { GaussflowError } from '../../error.ts'
import { asUsage } from '../flags.ts'
import { required } from '../arguments.ts'
import { UsageError, type Arguments, type Command, type Io, type Options } from '../command.ts'
import { formatOf } from '../format.ts'
import { statusLine } from '../statusLine.ts'
import { checkName, readRows, settingsOf, type Rows } from '../training.ts'

const options: Options = {
  data: {
    value: 'FILE',
    description: 'the rows to learn, .csv or .npy; pictures as rows of pixels from 0 to 1'
  },
  out: { value: 'FOLDER', description: 'where the model goes, such as models/NAME' },
  columns: { value: 'A,B,...', description: 'the columns of a .csv to learn (default: all)' },
  image: { value: 'HxWxC', description: 'rows are pictures of this height, width and number of channels' },
  architecture: {
    value: 'KIND',
    description: 'mlp, residual-mlp (default), or of pictures mixer (default), patch-transformer or unet'
  },
  width: {
    value: 'N',
    description: 'the width of the hidden layers (default 128; of networks on patches 96, unet 32)'
  },
  depth: { value: 'N', description: 'how many layers or blocks (default 3; on patches 4, unet 1 a level)' },
  patch: { value: 'N', description: 'the side of the patches (default 4)' },
  schedule: { value: 'NAME', description: 'linear (default) or trigonometric' },
  prediction: { value: 'KIND', description: 'velocity (default) or denoiser (default on patches)' },
  steps: { value: 'N', description: 'training steps (default 5000)' },
  batch: { value: 'N', description: 'rows a step (default 64)' },
  'learning-rate': { value: 'X', description: 'the peak of the learning rate (default 0.002)' },
  seed: { value: 'N', description: 'the same seed repeats the run (default 0)' },
  'held-out': {
    value: 'SHARE',
    description: 'the share of the rows to judge by, never learned (default 0.1)'
  },
  name: { value: 'NAME', description: "the model's name (default: the last part of --out)" },
  description: { value: 'TEXT', description: 'what the model is, for its manifest' },
  licence: { value: 'TEXT', description: 'the licence of the model, for its manifest' },
  checkpoint: {
    value: 'FOLDER',
    description:
      'where the run is saved every minute (default .train/NAME); the same\ncommand goes on from there after Ctrl-C or a kill'
  }
}

async function run(args: Arguments, io: Io): Promise<void> {
  if (args.positionals.length > 0)
    throw new UsageError(`\`train\` takes flags only, got ${args.positionals[0]}`)
  const data = required(args, 'data', { value: 'FILE' })
  formatOf('data', data, ['csv', 'npy'])
  const out = required(args, 'out', { value: 'FOLDER' })
  const { flags } = args
  const text = (name: string, otherwise: string): string =>
    typeof flags[name] === 'string' ? flags[name] : otherwise
  const name = asUsage(() => checkName(text('name', basename(resolve(out)))))
  const checkpoint = text('checkpoint', join('.train', name))

  const rows = await readRows(args, data)
  // TensorFlow.js is large and optional: no other command loads it.
  const training = await import('../../train/index.ts')
  const settings = await settingsOf(args, rows)
  const { train: learned, heldOut } = training.splitData(rows.points, rows.heldOut, settings.seed)
  const stopping = new AbortController()
  io.onInterrupt(() => {
    io.report('stopping after this step; once more stops at once\n')
    stopping.abort()
  })
  const { kind } = settings.architecture
  io.report(`training a ${kind} on ${learned.count} rows, judged by ${heldOut.count} others; Ctrl-C saves\n`)
  const line = statusLine(io)
  const result = await training.train({
    ...settings,
    data: learned,
    ...(heldOut.count > 0 && { heldOut }),
    preprocessing: rows.preprocessing,
    checkpoint: { folder: checkpoint },
    onProgress: (progress) => line.update(training.progressLine(progress)),
    signal: stopping.signal
  })
  line.end()
  if (!result.finished) {
    const message = `stopped at step ${result.step} of ${settings.steps}; the same command goes on from ${checkpoint}`
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
      preprocessing: rows.preprocessing,
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
  training.removeCheckpoint(checkpoint)
  await rmdir(checkpoint).catch(() => {}) // it stays where it holds something else
  const { step, parameters, seconds, curve } = result
  const { loss, heldOutLoss } = curve.at(-1) ?? {}
  io.report(`wrote ${out}; draw from it with: gaussflow sample ${out} --count 4\n`)
  await io.write(
    `${JSON.stringify({ model: out, steps: step, parameters, seconds: Math.round(seconds), loss, heldOutLoss })}\n`
  )
}

function describeData({
  image,
  columns
}: Rows): { kind: 'image'; shape: [number, number, number] } | { kind: 'vector'; columns?: string[] } {
  if (image !== undefined) return { kind: 'image', shape: image }
  return { kind: 'vector', ...(columns && { columns: [...columns] }) }
}

export const train: Command = {
  summary: 'Train a model on a table of numbers or on pictures',
  usage: '--data FILE --out FOLDER [flags]',
  options,
  run
}
