import { ImputeOptionsSchema } from '../../schema/impute.ts'
import { GRID_NAMES } from '../../schema/request.ts'
import type { Arguments, Command, Io, Options } from '../command.ts'
import { flagsOf, SOLVING, TELLING } from '../flags.ts'
import { inputOf, inputOption, NUMBERS, readIncomplete, readInput } from '../input.ts'
import { integrate, meaningOf, OPENING, openRunner, SHARING, type Meaning } from '../model.ts'
import { checkMeaning, deliver, fieldsOf, OUT, outputOf } from '../output.ts'
import type { Batch } from '../../types.ts'

const FORMATS = [...NUMBERS, 'png'] as const
const { times } = SOLVING

const options: Options = {
  ...inputOption(FORMATS),
  mask: {
    value: 'FILE',
    description: `which numbers are known, 1 or 0, in one row or as many: ${FORMATS.map((format) => `.${format}`).join(', ')}\n(default: all that are there; null, NaN or an empty cell is not)`
  },
  operator: {
    value: 'FILE',
    description: 'a matrix A: the input is then what was observed, A x with noise'
  },
  noiseStd: {
    value: 'S',
    description: 'standard deviation of the noise of what is known, one or, with commas, one each (default 0)'
  },
  count: { value: 'N', description: 'draws for each row (default 1)' },
  seed: { value: 'N', description: 'the same seed gives the same draws on every machine (default 0)' },
  first: { value: 'N', description: "index of the first draw in the seed's endless sequence (default 0)" },
  method: {
    value: 'NAME',
    description:
      'exact (the formula of closed forms, their default) or guided (along the flow, an\napproximation; the default of networks, and with any of the next four flags)'
  },
  steps: { value: 'N', description: 'steps along the flow (default 50)' },
  grid: {
    value: 'NAME',
    description: `how they are spread: ${GRID_NAMES.join(', ')} (default karras)`
  },
  times,
  iterations: {
    value: 'N',
    description: 'the most iterations of conjugate gradients for each step (default 3)'
  },
  ...TELLING,
  ...OPENING,
  ...SHARING,
  ...OUT
}

async function run(args: Arguments, io: Io): Promise<void> {
  const { mask: _mask, operator: _operator, ...flags } = args.flags
  // The schema knows two fields more, which stand for files here.
  const { mask: _m, operator: _o, ...request } = flagsOf({ ...args, flags }, ImputeOptionsSchema)
  const input = inputOf(args, FORMATS)
  const output = await outputOf(args)
  using flow = await openRunner(args)
  const meaning = meaningOf(flow)
  checkMeaning(output, meaning)
  const points = await readIncomplete(input, io, meaning)
  const mask = await fileOf(args, 'mask', io, meaning)
  const operator = await fileOf(args, 'operator', io, {})
  const result = await integrate(io, ImputeOptionsSchema, (onProgress) =>
    flow.impute(points, {
      ...request,
      ...(mask && { mask }),
      ...(operator && { operator }),
      onProgress
    })
  )
  const fields = { ...fieldsOf(result), seed: request.seed, first: request.first }
  await deliver(output, io, { points: result, fields, meaning })
}

/** The rows of the file that a flag names, where it is given. */
async function fileOf(
  args: Arguments,
  flag: 'mask' | 'operator',
  io: Io,
  meaning: Meaning
): Promise<Batch | undefined> {
  if (args.flags[flag] === undefined) return undefined
  return await readInput(
    inputOf(args, meaning.image === undefined ? NUMBERS : FORMATS, flag),
    io,
    meaning,
    flag
  )
}

export const impute: Command = {
  summary: 'Draw what is missing of rows, given what is known',
  usage: 'MODEL --input FILE [flags]',
  options,
  run
}
