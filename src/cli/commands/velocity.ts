import { QuantityOptionsSchema, VelocityOptionsSchema } from '../../schema/request.ts'
import { UsageError, type Arguments, type Command, type Io, type Options } from '../command.ts'
import { asking, flagsOf, TELLING, TRACING } from '../flags.ts'
import type { Format } from '../format.ts'
import { inputOf, inputOption, readInput } from '../input.ts'
import { OPENING, openModel } from '../model.ts'
import { checkMeaning, deliver, OUT, outputOf } from '../output.ts'

const FORMATS: readonly Format[] = ['json', 'npy', 'csv']

const options: Options = {
  ...inputOption(FORMATS),
  time: { value: 'T', description: 'the time, from 0 (noise) to 1 (data)' },
  score: { description: 'the score, grad log p, in place of the velocity and its divergence' },
  divergence: { description: 'the divergence beside the velocity, exact or by --probes or --probeKind' },
  probes: TRACING.probes,
  probeKind: TRACING.probeKind,
  seed: { value: 'N', description: 'of the probes (default 0)' },
  first: { value: 'N', description: "index of the first row in the seed's sequence of probes (default 0)" },
  ...TELLING,
  ...OPENING,
  ...OUT
}

/** Another quantity has no divergence beside it. */
function checkScore({ flags }: Arguments): void {
  if (flags.score !== true) return
  for (const name of ['divergence', 'probes', 'probeKind'])
    if (flags[name] !== undefined)
      throw new UsageError(
        `\`${name}\` must be left out with \`score\`: a divergence comes beside the velocity`
      )
}

async function run(args: Arguments, io: Io): Promise<void> {
  if (args.flags.time === undefined) throw new UsageError('`time` must be given, as in --time 0.5')
  checkScore(args)
  const request = flagsOf(args, VelocityOptionsSchema)
  const input = inputOf(args, FORMATS)
  const output = await outputOf(args)
  // States and velocities live on the flow's own scale: they are neither pictures nor columns.
  checkMeaning(output, {})
  using flow = await openModel(args)
  const points = await readInput(input, io, {})
  const { time } = request
  if (args.flags.score === true) {
    const { nfe, ...score } = await asking(VelocityOptionsSchema, () =>
      flow.score(points, flagsOf(args, QuantityOptionsSchema))
    )
    await deliver(output, io, { points: score, fields: { nfe, time }, meaning: {} })
    return
  }
  const { velocity, ...fields } = await asking(VelocityOptionsSchema, () => flow.velocity(points, request))
  await deliver(output, io, { points: velocity, fields: { ...fields, time }, meaning: {} })
}

export const velocity: Command = {
  summary: 'Evaluate the velocity at given points and one time',
  usage: 'MODEL --input FILE --time T [flags]',
  options,
  run
}
