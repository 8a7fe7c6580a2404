import { CertifyOptionsSchema } from '../../schema/certificate.ts'
import { AssumeSchema } from '../../schema/certify.ts'
import { BELOW_ONE } from '../../flow/certificate/stands.ts'
import type { Certificate, Statement } from '../../flow/certificate/statement.ts'
import { openFlow, stands } from '../../index.ts'
import { UsageError, type Arguments, type Command, type Io, type Options } from '../command.ts'
import { asking, flagsOf, SOLVING, TELLING } from '../flags.ts'
import { OPENING, openModel } from '../model.ts'
import { statusLine } from '../statusLine.ts'
import { wrapped } from '../wrap.ts'
import { checkFolder, writeWhole } from '../writeFile.ts'

const SOURCE = { sourceShift: 'shift', sourceScale: 'scale', sourceDistance: 'distance' } as const
const { solver, steps, grid, rtol, atol } = SOLVING

const options: Options = {
  json: { description: 'the statements as JSON, in place of text' },
  other: {
    value: 'MODEL',
    description: 'another flow: translation and back, and what the difference of velocities costs'
  },
  kappa: { value: 'K', description: 'assume hess U >= K I, where the density of the target is e^-U' },
  beta: { value: 'B', description: 'assume hess U <= B I' },
  diameter: { value: 'D', description: 'assume a support of this diameter' },
  sigma: {
    value: 'S',
    description: 'with --radius: assume N(0, S^2 I) * rho; with --lipschitz: N(m, S^2 I) times e^f'
  },
  radius: { value: 'R', description: 'rho lies in the ball of this radius about 0' },
  lipschitz: { value: 'L', description: 'f is Lipschitz with this constant' },
  from: { value: 'T', description: 'where the way begins that bounds are about (default 0)' },
  to: { value: 'T', description: 'where it ends (default 1)' },
  points: { value: 'N', description: 'at how many times the bounds on the gradient are told (default 33)' },
  sourceShift: { value: 'D', description: 'another source, shifted so far' },
  sourceScale: { value: 'C', description: 'another source, so many times as wide' },
  sourceDistance: { value: 'W', description: 'another source, so far in the 2-Wasserstein distance' },
  samples: {
    value: 'N',
    description: 'samples that the measured statements rest on (default 64, fewer of what is dear; 0: none)'
  },
  seed: { value: 'N', description: 'of the samples (default 0)' },
  ...{ solver, steps, grid, rtol, atol },
  ...TELLING,
  ...OPENING,
  out: { value: 'FILE', description: 'write the JSON to a .json file instead' }
}

async function run(args: Arguments, io: Io): Promise<void> {
  const request = {
    ...flagsOf(args, CertifyOptionsSchema),
    assume: flagsOf(args, AssumeSchema),
    ...sourceOf(args)
  }
  const { json, out, other } = args.flags
  if (typeof out === 'string') {
    if (!out.endsWith('.json')) throw new UsageError(`\`out\` must end in .json, got ${out}`)
    await checkFolder(out)
  }
  using flow = await openModel(args)
  using second = typeof other === 'string' ? await openFlow(other) : undefined
  const line = statusLine(io)
  const certificate = await asking(CertifyOptionsSchema, () =>
    flow.certify({
      ...request,
      ...(second && { other: second }),
      onProgress: (done, total) => line.update(`part ${done} of ${total}`)
    })
  )
    .catch(byFlags)
    .finally(() => line.end())
  const text = `${JSON.stringify(certificate, null, 1)}\n`
  if (typeof out === 'string') {
    await writeWhole(out, [text])
    io.report(`wrote ${out}: ${certificate.statements.length} statements\n`)
  } else await io.write(json === true ? text : readable(certificate))
}

/** Calls the fields of `assume` and `source` what their flags are called. */
function byFlags(error: unknown): never {
  if (!(error instanceof UsageError)) throw error
  const flags = Object.entries(SOURCE).map(([flag, field]) => [`source.${field}`, flag] as const)
  const message = flags
    .reduce((text, [path, flag]) => text.replaceAll(`\`${path}\``, `\`${flag}\``), error.message)
    .replaceAll('`assume.', '`')
  throw new UsageError(message, { cause: error })
}

function sourceOf(args: Arguments): { source?: Record<string, unknown> } {
  const given = Object.entries(SOURCE).filter(([flag]) => args.flags[flag] !== undefined)
  if (given.length === 0) return {}
  return { source: Object.fromEntries(given.map(([flag, field]) => [field, Number(args.flags[flag])])) }
}

function readable({ statements }: Certificate): string {
  return statements.map(paragraph).join('\n')
}

/** The end of an interval of times. */
const endOf = (to: number): string => (to === BELOW_ONE ? '1)' : `${to}]`)

/** The statement, and below it what it rests on. */
function paragraph(statement: Statement): string {
  const { id, kind, text, hypotheses, source, at } = statement
  const label = stands(statement) ? kind : `not ${kind}`
  const resting = hypotheses.map((one) => wrapped(`${one.status}: ${one.text}`, 4))
  const from = source === '' ? [] : [wrapped(`from: ${source}`, 4)]
  return [
    `${label.padEnd(13)}  ${id}  [${at.from}, ${endOf(at.to)}`,
    wrapped(text, 2),
    ...resting,
    ...from,
    ''
  ].join('\n')
}

export const certify: Command = {
  summary: 'Say what is certain of a flow: Lipschitz constants, stability, round trips',
  usage: 'MODEL [flags]',
  options,
  run
}
