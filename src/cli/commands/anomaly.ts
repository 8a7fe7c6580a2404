import { ANOMALY_METHODS, AnomalyOptionsSchema } from '../../schema/anomaly.ts'
import type { Arguments, Command, Io, Options } from '../command.ts'
import { flagsOf, TELLING } from '../flags.ts'
import { inputOf, inputOption, NUMBERS, readInput } from '../input.ts'
import { integrate, meaningOf, OPENING, openRunner, SHARING } from '../model.ts'
import { deliver, OUT, outputOf } from '../output.ts'

const FORMATS = [...NUMBERS, 'png'] as const

/** The flags of how data are denoised, of every command that scores rows. */
export const NOISE: Options = {
  times: {
    value: 'T,T,...',
    description:
      'of denoising: the times to go back from\n(default: the one at which data and noise are as large)'
  },
  draws: {
    value: 'N',
    description: 'of denoising: draws of noise for each time (default 32 of up to 64 columns, 4 of more)'
  },
  seed: { value: 'N', description: 'of that noise, and of the probes of a density (default 0)' }
}

async function run(args: Arguments, io: Io): Promise<void> {
  const request = flagsOf(args, AnomalyOptionsSchema)
  const input = inputOf(args, FORMATS)
  const output = await outputOf(args)
  using flow = await openRunner(args)
  const points = await readInput(input, io, meaningOf(flow))
  const result = await integrate(io, AnomalyOptionsSchema, (onProgress) =>
    flow.anomaly(points, { ...request, onProgress })
  )
  const { score, pValue } = result
  if (pValue === undefined)
    io.report('the scores are not calibrated: `gaussflow calibrate` gives them shares of held-out data\n')
  const columns = pValue === undefined ? ['score'] : ['score', 'pValue']
  const data = Float32Array.from({ length: score.length * columns.length }, (_, at) => {
    const [row, column] = [Math.floor(at / columns.length), at % columns.length]
    return column === 0 || pValue === undefined ? score[row] : pValue[row]
  })
  const table = { count: score.length, dim: columns.length, data }
  await deliver(output, io, { points: table, fields: { ...result }, meaning: { columns } })
}

export const anomaly: Command = {
  summary: 'Score how unlike the data each row is',
  usage: 'MODEL --input FILE [flags]',
  options: {
    ...inputOption(FORMATS),
    method: {
      value: 'NAME',
      description: `${ANOMALY_METHODS.join(', ')} (default denoising)`
    },
    ...NOISE,
    ...TELLING,
    ...OPENING,
    ...SHARING,
    ...OUT
  },
  run
}
