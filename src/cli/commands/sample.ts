import { SampleOptionsSchema } from '../../schema/request.ts'
import type { Arguments, Command, Io, Options } from '../command.ts'
import { flagsOf, SOLVING, TRACING } from '../flags.ts'
import { integrate, meaningOf, OPENING, openRunner, SHARING } from '../model.ts'
import { checkMeaning, deliver, fieldsOf, OUT, outputOf } from '../output.ts'

const options: Options = {
  count: { value: 'N', description: 'how many samples (default 1)' },
  seed: { value: 'N', description: 'the same seed gives the same samples on every machine (default 0)' },
  first: { value: 'N', description: "index of the first sample in the seed's endless sequence (default 0)" },
  ...SOLVING,
  epsilon: {
    value: 'E',
    description: 'with --solver stochastic: how much of the path is noise (default 0.1)'
  },
  logProb: {
    description: 'the log-density of each sample, in one pass; the next three flags say by which divergence'
  },
  ...TRACING,
  ...OPENING,
  ...SHARING,
  ...OUT
}

async function run(args: Arguments, io: Io): Promise<void> {
  const request = flagsOf(args, SampleOptionsSchema)
  const output = await outputOf(args)
  using flow = await openRunner(args)
  const meaning = meaningOf(flow)
  checkMeaning(output, meaning)
  const result = await integrate(io, SampleOptionsSchema, (onProgress) =>
    flow.sample({ ...request, onProgress })
  )
  const fields = { ...fieldsOf(result), seed: request.seed, first: request.first }
  await deliver(output, io, { points: result, fields, meaning })
}

export const sample: Command = {
  summary: 'Draw samples from a model',
  usage: 'MODEL [flags]',
  options,
  run
}
