import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { QuantizeOptionsSchema } from '../../schema/quantize.ts'
import { onlyPositional, required } from '../arguments.ts'
import { UsageError, type Arguments, type Command, type Io, type Options } from '../command.ts'
import { asking, flagsOf } from '../flags.ts'
import { writeWhole } from '../writeFile.ts'

const options: Options = {
  out: { value: 'FOLDER', description: 'where the model goes, such as models/NAME' },
  format: {
    value: 'NAME',
    description:
      'int8 (default): weights of 8 bits, activations of 7, faster;\nf16: weights of 16 bits, in the file alone'
  },
  float: {
    value: 'A,B,...',
    description: 'the layers that int8 leaves as they are (default: the last one)'
  },
  name: { value: 'NAME', description: "the model's name (default: its own and the format)" },
  count: { value: 'N', description: 'how many ways from noise to data are measured (default 64)' },
  seed: { value: 'N', description: 'of their noise (default 0)' }
}

async function run(args: Arguments, io: Io): Promise<void> {
  const model = onlyPositional(args, 'model')
  const out = required(args, 'out', { value: 'FOLDER' })
  if (resolve(out) === resolve(model))
    throw new UsageError(`\`out\` must be another folder than the model's own, got ${out}`)
  const request = flagsOf(args, QuantizeOptionsSchema)
  // What rounds weights is no part of what every command loads.
  const { quantizeModel } = await import('../../quantize.ts')
  const { manifest, files, report } = await asking(QuantizeOptionsSchema, () => quantizeModel(model, request))
  await mkdir(out, { recursive: true })
  // The weights first: a manifest is never without them.
  for (const [file, bytes] of Object.entries(files)) await writeWhole(join(out, file), [bytes])
  await writeWhole(join(out, 'model.json'), [`${JSON.stringify(manifest, null, 2)}\n`])
  io.report(`wrote ${out}; draw from it with: gaussflow sample ${out} --count 4\n`)
  await io.write(`${JSON.stringify({ model: out, ...report })}\n`)
}

export const quantize: Command = {
  summary: 'Round the weights of a model to 8 or 16 bits, and measure what that costs',
  usage: 'MODEL --out FOLDER [flags]',
  options,
  run
}
