import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CalibrateOptionsSchema, MEASURES } from '../../schema/anomaly.ts'
import type { Manifest } from '../../schema/manifest.ts'
import { onlyPositional } from '../arguments.ts'
import { UsageError, type Arguments, type Command, type Io } from '../command.ts'
import { asking, flagsOf } from '../flags.ts'
import { inputOf, NUMBERS, readInput } from '../input.ts'
import { meaningOf, openModel } from '../model.ts'
import { statusLine } from '../statusLine.ts'
import { writeWhole } from '../writeFile.ts'
import { NOISE } from './anomaly.ts'

const FORMATS = [...NUMBERS, 'png'] as const

async function run(args: Arguments, io: Io): Promise<void> {
  const request = flagsOf(args, CalibrateOptionsSchema)
  const input = inputOf(args, FORMATS, 'data')
  const folder = onlyPositional(args, 'model')
  const place = join(folder, 'model.json')
  if (!statSync(place, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(
      `\`model\` must be a folder with a model.json, where the scores are kept, got ${folder}`
    )
  using flow = await openModel(args)
  const points = await readInput(input, io, meaningOf(flow), 'data')
  const line = statusLine(io)
  const calibration = await asking(CalibrateOptionsSchema, () =>
    flow.calibrate(points, {
      ...request,
      onProgress: (done, total) => line.update(`part ${done} of ${total}`)
    })
  ).finally(() => line.end())
  const manifest = JSON.parse(await readFile(place, 'utf8')) as Manifest
  const both = { ...manifest, calibration: { ...manifest.calibration, ...calibration } }
  await writeWhole(place, [`${JSON.stringify(both, null, 2)}\n`])
  const { denoising, density } = calibration
  const rows = { denoising: denoising?.scores.length, density: density?.scores.length }
  io.report(`wrote ${place}; score rows with: gaussflow anomaly ${folder} --input FILE\n`)
  await io.write(`${JSON.stringify({ model: folder, rows })}\n`)
}

export const calibrate: Command = {
  summary: 'Keep the scores of held-out data in a model folder, for anomaly',
  usage: 'MODEL --data FILE [flags]',
  options: {
    data: {
      value: 'FILE',
      description: `rows that the model has not learned: ${FORMATS.map((format) => `.${format}`).join(', ')}`
    },
    methods: {
      value: 'NAME,...',
      description: `what to score by: ${MEASURES.join(', ')} (default denoising); typicality stands on density`
    },
    count: { value: 'N', description: 'the most rows that are scored, drawn by the seed (default 1000)' },
    ...NOISE
  },
  run
}
