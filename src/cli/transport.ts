import { BetweenOptionsSchema, TransportOptionsSchema } from '../schema/request.ts'
import { UsageError, type Arguments, type Command, type Io } from './command.ts'
import { flagsOf, SOLVING, TELLING } from './flags.ts'
import { inputOf, inputOption, NUMBERS, readInput } from './input.ts'
import { integrate, meaningOf, OPENING, openRunner, SHARING } from './model.ts'
import { checkMeaning, deliver, fieldsOf, OUT, outputOf } from './output.ts'

/** Which way points are carried, and at which end they are data; at the other they are latents. */
interface Direction {
  readonly method: 'encode' | 'decode'
  readonly summary: string
}

/** The command that carries points from one end of the flow to the other. */
export function transportCommand({ method, summary }: Direction): Command {
  const formats = method === 'encode' ? ([...NUMBERS, 'png'] as const) : NUMBERS
  return {
    summary,
    usage: 'MODEL --input FILE [flags]',
    options: { ...inputOption(formats), ...SOLVING, ...TELLING, ...OPENING, ...SHARING, ...OUT },
    async run(args: Arguments, io: Io): Promise<void> {
      const request = flagsOf(args, TransportOptionsSchema)
      const input = inputOf(args, formats)
      const output = await outputOf(args)
      using flow = await openRunner(args)
      const [start, end] = method === 'encode' ? [meaningOf(flow), {}] : [{}, meaningOf(flow)]
      checkMeaning(output, end)
      const points = await readInput(input, io, start)
      const result = await integrate(io, TransportOptionsSchema, (onProgress) =>
        flow[method](points, { ...request, onProgress })
      )
      await deliver(output, io, { points: result, fields: fieldsOf(result), meaning: end })
    }
  }
}

const TIMES = {
  from: { value: 'T', description: 'the time at which the points are, from 0 (noise) to 1 (data)' },
  to: { value: 'T', description: 'the time to carry them to' }
}

/** The command that carries states from any time to any other. */
export const transport: Command = {
  summary: 'Carry states from one time to another',
  usage: 'MODEL --input FILE --from T --to T [flags]',
  options: { ...inputOption(NUMBERS), ...TIMES, ...SOLVING, ...TELLING, ...OPENING, ...SHARING, ...OUT },
  async run(args: Arguments, io: Io): Promise<void> {
    for (const name of ['from', 'to'])
      if (args.flags[name] === undefined)
        throw new UsageError(`\`${name}\` must be given, as in --${name} 0.5`)
    const request = flagsOf(args, BetweenOptionsSchema)
    const input = inputOf(args, NUMBERS)
    const output = await outputOf(args)
    checkMeaning(output, {})
    using flow = await openRunner(args)
    const points = await readInput(input, io, {})
    const result = await integrate(io, BetweenOptionsSchema, (onProgress) =>
      flow.transport(points, { ...request, onProgress })
    )
    await deliver(output, io, { points: result, fields: fieldsOf(result), meaning: {} })
  }
}
