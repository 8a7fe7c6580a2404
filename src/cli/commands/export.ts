import { GaussflowError } from '../../error.ts'
import { readModel } from '../../flow/source.ts'
import { conditionWidth } from '../../network/condition.ts'
import { nodePlatform } from '../../platform/node.ts'
import { onlyPositional, required } from '../arguments.ts'
import { UsageError, type Arguments, type Command, type Io, type Options } from '../command.ts'
import { checkFolder, writeWhole } from '../writeFile.ts'

const options: Options = { out: { value: 'FILE', description: 'the .onnx file to write' } }

async function run(args: Arguments, io: Io): Promise<void> {
  const name = onlyPositional(args, 'model')
  const out = required(args, 'out', { value: 'FILE' })
  if (!out.endsWith('.onnx')) throw new UsageError(`\`out\` must end in .onnx, got ${out}`)
  await checkFolder(out)
  const { target, tensors } = await readModel(nodePlatform, name)
  if (target.kind !== 'network')
    throw new GaussflowError('unsupported', `\`model\` must have a network, and is a ${target.kind}`, {
      path: 'model'
    })
  const { architecture, prediction } = target
  // No other command writes such files, or looks at networks itself.
  const [{ dimOf }, { checkArchitecture, checkWeights }, { onnxFile }] = await Promise.all([
    import('../../network/forward.ts'),
    import('../../network/weights.ts'),
    import('../../export/onnxGraph.ts')
  ])
  checkArchitecture(architecture)
  checkWeights(architecture, tensors)
  const file = onnxFile(architecture, tensors)
  await writeWhole(out, [file])
  const told = conditionWidth(architecture.condition)
  io.report(
    `wrote ${out}: x (rows, ${dimOf(architecture)}) and time (rows, 1)${told > 0 ? ` and condition (rows, ${told})` : ''} to the ${prediction}\n`
  )
  await io.write(`${JSON.stringify({ file: out, bytes: file.length, prediction })}\n`)
}

export const exportCommand: Command = {
  summary: "Write a model's network as ONNX",
  usage: 'MODEL --out FILE.onnx',
  options,
  run
}
