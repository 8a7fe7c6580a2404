import { TransportOptionsSchema } from '../schema/request.ts'
import type { Arguments, Command, Io } from './command.ts'
import { flagsOf, SOLVING } from './flags.ts'
import type { Format } from './format.ts'
import { inputOf, inputOption, readInput } from './input.ts'
import { integrate, meaningOf, openModel } from './model.ts'
import { checkMeaning, deliver, OUT, outputOf } from './output.ts'

const NUMBERS: readonly Format[] = ['json', 'npy', 'csv']

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
    options: { ...inputOption(formats), ...SOLVING, ...OUT },
    async run(args: Arguments, io: Io): Promise<void> {
      const request = flagsOf(args, TransportOptionsSchema)
      const input = inputOf(args, formats)
      const output = await outputOf(args)
      using flow = await openModel(args)
      const [start, end] = method === 'encode' ? [meaningOf(flow), {}] : [{}, meaningOf(flow)]
      checkMeaning(output, end)
      const points = await readInput(input, io, start)
      const result = integrate(io, (onProgress) => flow[method](points, { ...request, onProgress }))
      const { nfe, solver, steps, status } = result
      await deliver(output, io, { points: result, fields: { nfe, solver, steps, status }, meaning: end })
    }
  }
}
