import type { ReflowOptions } from '../../train/reflow.ts'
import { numeral, onlyPositional } from '../arguments.ts'
import type { Arguments, Command, Io } from '../command.ts'
import { runningOf } from '../training.ts'
import { REFLOW } from '../trainingFlags.ts'
import { deliverModel, placeOf, runTraining, textOf } from '../trainingRun.ts'

const STEPS = 4 // of Heun, by default, of a flow whose paths are straight

async function run(args: Arguments, io: Io): Promise<void> {
  const model = onlyPositional(args, 'model')
  const place = placeOf(args)
  const training = await import('../../train/index.ts')
  const { flags } = args
  const drawing = Object.fromEntries(
    ['pairs', 'heldOutPairs', 'guidance'].map((name) => [name, numeral(flags[name])])
  )
  const settings = { ...runningOf(flags), ...drawing } as unknown as ReflowOptions
  const what = `straightening ${model} on ${settings.pairs ?? 10_000} pairs of its own`
  const result = await runTraining(args, io, place, {}, what, (watching) =>
    training.reflow(model, { ...settings, ...watching })
  )
  const { before, after, manifest } = result
  const pairs = { pairs: settings.pairs ?? 10_000, guidance: settings.guidance ?? 1 }
  await deliverModel(
    io,
    place,
    result,
    {
      description: textOf(args, 'description', `Straightened from ${manifest?.name ?? model} by reflow.`),
      licence: textOf(args, 'licence', manifest?.licence ?? 'not stated'),
      data: manifest?.data ?? { kind: 'vector' },
      ...(manifest?.preprocessing && { preprocessing: manifest.preprocessing }),
      sampling: { solver: 'heun', steps: STEPS },
      training: {
        reflow: { of: manifest?.name ?? model, ...pairs, before, after },
        ...training.trainingRecord(result)
      }
    },
    { before, after }
  )
}

export const reflow: Command = {
  summary: "Straighten a trained model's paths, so that fewer steps are enough",
  usage: 'MODEL --out FOLDER [flags]',
  options: REFLOW,
  run
}
