import { defined } from '../../flow/defined.ts'
import { basename, resolve } from 'node:path'
import { SCHEDULE_NAMES } from '../../schema/schedule.ts'
import { onlyPositional, required } from '../arguments.ts'
import { UsageError, type Arguments, type Command, type Io, type Options } from '../command.ts'
import { asUsage, choiceOf, numberOf } from '../flags.ts'
import { checkName } from '../training.ts'
import { imageOf } from '../trainingRows.ts'

const options: Options = {
  out: { value: 'FOLDER', description: 'where the model goes, such as models/NAME' },
  state: {
    value: 'NAME',
    description: "the input that is the state (default: by the inputs' names and shapes)"
  },
  time: { value: 'NAME', description: 'the input that is the time (default: likewise)' },
  condition: {
    value: 'NAME',
    description: 'the input that the network is told something by (default: a third one)'
  },
  classes: {
    value: 'N',
    description: 'the condition is a class of so many; a table of one row more\nhas its last for none'
  },
  output: { value: 'NAME', description: 'the output to take (default: the first)' },
  image: {
    value: 'HxWxC',
    description: 'flat rows are pictures, channel by channel as PyTorch flattens them'
  },
  schedule: {
    value: 'NAME',
    description: `what it was trained on: ${SCHEDULE_NAMES.join(', ')} (default linear)`
  },
  prediction: {
    value: 'KIND',
    description: 'what it gives: velocity (default), noise or denoiser (the data)'
  },
  noiseAt: { value: 'T', description: "where the noise is in the network's own time: 0 (default) or 1" },
  timeScale: {
    value: 'X',
    description: 'what the network counts time in, such as 1000 for steps of a thousand'
  },
  sigmaMax: {
    value: 'X',
    description: 'the network reads X_1 + sigma Z and, for the time, sigma up to this'
  },
  reference: {
    value: 'FILE',
    description:
      'a .safetensors with inputs and outputs by their names in the graph:\nthe import must give these outputs'
  },
  tolerance: {
    value: 'E',
    description: 'the largest error against --reference (default 1e-4 of the largest output)'
  },
  architecture: {
    value: 'FILE',
    description: 'of a .safetensors: a .json with the architecture that it fits'
  },
  names: {
    value: 'FILE',
    description: 'of a .safetensors: a .json object from our names of tensors to its own'
  },
  shift: {
    value: 'X',
    description: 'data = shift + scale * state, such as 0.5 of pictures from -1 to 1 (default 0)'
  },
  scale: { value: 'X', description: 'the same (default 1)' },
  name: { value: 'NAME', description: "the model's name (default: the last part of --out)" },
  description: { value: 'TEXT', description: 'what the model is, for its manifest' },
  licence: { value: 'TEXT', description: 'the licence of the model, for its manifest' }
}

async function run(args: Arguments, io: Io): Promise<void> {
  const file = onlyPositional(args, 'model')
  const out = required(args, 'out', { value: 'FOLDER' })
  if (!/\.(onnx|safetensors)$/.test(file))
    throw new UsageError(`\`model\` must end in .onnx or .safetensors, got ${file}`)
  const { flags } = args
  const text = (name: string): string | undefined =>
    typeof flags[name] === 'string' ? flags[name] : undefined
  const name = asUsage(() => checkName(text('name') ?? basename(resolve(out))))
  const folder = {
    name,
    description: text('description') ?? `Imported from ${basename(file)}.`,
    licence: text('licence') ?? 'not stated',
    ...preprocessingOf(numberOf(flags, 'shift'), numberOf(flags, 'scale'))
  }
  const conventions = {
    schedule: choiceOf(flags, 'schedule', SCHEDULE_NAMES),
    prediction: choiceOf(flags, 'prediction', ['velocity', 'noise', 'denoiser'] as const),
    noiseAt: numberOf(flags, 'noiseAt') as 0 | 1 | undefined,
    timeScale: numberOf(flags, 'timeScale'),
    sigmaMax: numberOf(flags, 'sigmaMax')
  }
  if (conventions.noiseAt !== undefined && ![0, 1].includes(conventions.noiseAt))
    throw new UsageError(`\`noiseAt\` must be 0 or 1, got ${conventions.noiseAt}`)
  const image = text('image')
  const request = {
    conventions: defined(conventions),
    ports: {
      state: text('state'),
      time: text('time'),
      condition: text('condition'),
      output: text('output'),
      classes: numberOf(flags, 'classes'),
      ...(image !== undefined && { image: imageOf(image) })
    },
    folder
  }
  // No other command reads such files.
  const importing = await import('../importing.ts')
  const result = file.endsWith('.onnx')
    ? await importing.importOnnxFile(file, request, {
        reference: text('reference'),
        tolerance: numberOf(flags, 'tolerance') ?? 1e-4
      })
    : await importing.importWeights(file, request, {
        architecture: required(args, 'architecture', { value: 'FILE' }),
        names: text('names')
      })
  await importing.writeFolder(out, result.files)
  if (result.checked === undefined && file.endsWith('.onnx'))
    io.report('nothing to compare with: --reference checks the outputs against the ones of your own\n')
  io.report(`wrote ${out}; draw from it with: gaussflow sample ${out} --count 4\n`)
  const { parameters, operations, checked, leftOut } = result
  if (leftOut.length > 0) io.report(`the architecture does not read ${leftOut.join(', ')}\n`)
  await io.write(
    `${JSON.stringify({ model: out, parameters, operations, ...(checked !== undefined && { error: checked }) })}\n`
  )
}

function preprocessingOf(shift = 0, scale = 1): { preprocessing?: { shift: number; scale: number } } {
  return shift === 0 && scale === 1 ? {} : { preprocessing: { shift, scale } }
}

export const importCommand: Command = {
  summary: 'Make a model of a network that was trained elsewhere: ONNX, or weights alone',
  usage: 'FILE --out FOLDER [flags]',
  options,
  run
}
