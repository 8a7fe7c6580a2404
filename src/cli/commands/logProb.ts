import { LogProbOptionsSchema } from '../../schema/request.ts'
import type { Arguments, Command, Io } from '../command.ts'
import { asking, flagsOf, SOLVING, TELLING, TRACING } from '../flags.ts'
import { inputOf, inputOption, readInput } from '../input.ts'
import { meaningOf, OPENING, openModel } from '../model.ts'
import { deliver, OUT, outputOf } from '../output.ts'

const FORMATS = ['json', 'npy', 'csv', 'png'] as const
const { error: _, ...SOLVER } = SOLVING

async function run(args: Arguments, io: Io): Promise<void> {
  const request = flagsOf(args, LogProbOptionsSchema)
  const input = inputOf(args, FORMATS)
  const output = await outputOf(args)
  using flow = await openModel(args)
  const points = await readInput(input, io, meaningOf(flow))
  const { logProb, ...fields } = await asking(LogProbOptionsSchema, () => flow.logProb(points, request))
  const column = { count: logProb.length, dim: 1, data: Float32Array.from(logProb) }
  await deliver(output, io, {
    points: column,
    fields: { logProb, ...fields },
    meaning: { columns: ['logProb'] }
  })
}

export const logProb: Command = {
  summary: 'Find the log-density of data',
  usage: 'MODEL --input FILE [flags]',
  options: {
    ...inputOption(FORMATS),
    time: {
      value: 'T',
      description: 'the time at which the points are: 1 (data, the default), or below (states)'
    },
    method: {
      value: 'NAME',
      description:
        'exact (the formula of closed forms, their default) or ode (along the flow; the\ndefault of networks, and with any flag of the solver or the divergence)'
    },
    ...SOLVER,
    ...TRACING,
    seed: { value: 'N', description: 'of the probes (default 0)' },
    first: { value: 'N', description: "index of the first row in the seed's sequence of probes (default 0)" },
    ...TELLING,
    ...OPENING,
    ...OUT
  },
  run
}
