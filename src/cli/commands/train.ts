import { basename } from 'node:path'
import type { Manifest } from '../../schema/manifest.ts'
import { required } from '../arguments.ts'
import { UsageError, type Arguments, type Command, type Io } from '../command.ts'
import { settingsOf } from '../training.ts'
import { checkSamples } from '../trainingFiles.ts'
import { TRAINING } from '../trainingFlags.ts'
import { checkSource, readRows, type Rows } from '../trainingRows.ts'
import { deliverModel, placeOf, runTraining, textOf } from '../trainingRun.ts'

async function run(args: Arguments, io: Io): Promise<void> {
  if (args.positionals.length > 0)
    throw new UsageError(`\`train\` takes flags only, got ${args.positionals[0]}`)
  const source = required(args, 'data', { value: 'PATH' })
  checkSource(source)
  const place = placeOf(args)
  const rows = await readRows(args, source)
  checkSamples(args, rows)
  // TensorFlow.js is large and optional: only the commands that train load it.
  const training = await import('../../train/index.ts')
  const settings = await settingsOf(args, rows)
  const { train: data, heldOut, order } = training.splitData(rows.points, rows.heldOut, settings.seed ?? 0)
  const told = Array.from(rows.labels === undefined ? [] : order, (row) => rows.labels!.of[row])
  const preprocessing =
    rows.standardise === undefined
      ? { shift: 0.5, scale: 0.5 }
      : training.standardisation(data, rows.standardise)
  const { kind } = settings.architecture
  const what = `training a ${kind} on ${data.count} rows, judged by ${heldOut.count} others`
  const result = await runTraining(args, io, place, rows, what, (watching) =>
    training.train({
      ...{ ...settings, ...watching, data, preprocessing },
      ...(heldOut.count > 0 && { heldOut }),
      conditions: told.slice(0, data.count),
      heldOutConditions: told.slice(data.count)
    })
  )
  await deliverModel(io, place, result, {
    description: textOf(args, 'description', `Trained on ${basename(source)}.`),
    licence: textOf(args, 'licence', 'not stated'),
    data: describeData(rows),
    preprocessing,
    sampling: { solver: 'heun', steps: 50 },
    training: {
      data: basename(source),
      rows: data.count,
      heldOutRows: heldOut.count,
      ...training.trainingRecord(result)
    }
  })
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
