import { StepsOptionsSchema } from '../../schema/certificate.ts'
import { SampleOptionsSchema, type SolverName } from '../../schema/request.ts'
import { UsageError, type Arguments, type Command, type Io, type Options } from '../command.ts'
import { asking, flagsOf, SOLVING, TELLING, TRACING } from '../flags.ts'
import { integrate, meaningOf, OPENING, openModel, openRunner, SHARING } from '../model.ts'
import { checkMeaning, deliver, fieldsOf, OUT, outputOf } from '../output.ts'

const options: Options = {
  count: { value: 'N', description: 'how many samples (default 1)' },
  seed: { value: 'N', description: 'the same seed gives the same samples on every machine (default 0)' },
  first: { value: 'N', description: "index of the first sample in the seed's endless sequence (default 0)" },
  ...SOLVING,
  tolerance: {
    value: 'E',
    description: 'as few steps as keep samples so near the target, by the certificate (2-Wasserstein)'
  },
  epsilon: {
    value: 'E',
    description: 'with --solver stochastic: how much of the path is noise (default 0.1)'
  },
  logProb: {
    description: 'the log-density of each sample, in one pass; the next three flags say by which divergence'
  },
  ...TRACING,
  ...TELLING,
  ...OPENING,
  ...SHARING,
  ...OUT
}

async function run(args: Arguments, io: Io): Promise<void> {
  const request = flagsOf(args, SampleOptionsSchema)
  const output = await outputOf(args)
  const steps = await certifiedSteps(args, io)
  using flow = await openRunner(args)
  const meaning = meaningOf(flow)
  checkMeaning(output, meaning)
  const result = await integrate(io, SampleOptionsSchema, (onProgress) =>
    flow.sample({ ...request, ...steps, onProgress })
  )
  const fields = { ...fieldsOf(result), seed: request.seed, first: request.first }
  await deliver(output, io, { points: result, fields, meaning })
}

const SET_BY_TOLERANCE = ['steps', 'grid', 'times', 'rtol', 'atol', 'maxSteps'] as const

/** The solver and times that keep `--tolerance`, where it is given. */
async function certifiedSteps(args: Arguments, io: Io): Promise<{ solver?: SolverName; times?: number[] }> {
  const { flags } = args
  if (flags.tolerance === undefined) return {}
  const beside = SET_BY_TOLERANCE.find((name) => flags[name] !== undefined)
  if (beside !== undefined)
    throw new UsageError(`\`${beside}\` must be left out with \`tolerance\`, which sets the steps itself`)
  const { tolerance, solver: asked, label, condition, guidance, guidanceInterval } = flags
  const request = flagsOf(
    { ...args, flags: { tolerance, solver: asked, label, condition, guidance, guidanceInterval } },
    StepsOptionsSchema
  )
  using flow = await openModel(args)
  const { solver, times, bound } = await asking(StepsOptionsSchema, () => flow.stepsFor(request))
  io.report(`${times.length - 1} steps of ${solver}: samples are off by ${bound.toPrecision(3)} at most\n`)
  return { solver, times: [...times] }
}

export const sample: Command = {
  summary: 'Draw samples from a model',
  usage: 'MODEL [flags]',
  options,
  run
}
