import { CertifyOptionsSchema } from '../../schema/certificate.ts'
import { checkOptions, refuse } from '../request.ts'
import type { CertifyOptions } from './options.ts'
import { pauses } from '../pause.ts'
import { solvingOf } from '../solving.ts'
import type { SolvingOptions } from '../flow.ts'
import type { TellingOptions } from '../asked.ts'
import { telling } from '../told.ts'
import { stands } from './stands.ts'
import { existenceStatement, flowMapStatements, gradientStatements } from './bounds.ts'
import { comparisonStatements } from './comparison.ts'
import { logDensityStatement } from './logDensity.ts'
import { networkStatements } from './network.ts'
import { samplesOf } from './price.ts'
import type { Measuring } from './measuring.ts'
import { roundTripStatements } from './roundTrip.ts'
import { sourceStatements } from './source.ts'
import { beside, hypothesesOf, type Certificate, type Hypothesis, type Statement } from './statement.ts'
import { subjectOf, type Subject } from './subject.ts'
import type { Engine } from '../engine.ts'
import type { Model } from '../source.ts'

/** A flow's own parts, which a certificate is made from. */
export interface Certified {
  readonly engine: Engine
  readonly flowFile: Model['flowFile']
  readonly sampling: Pick<SolvingOptions, 'solver' | 'steps'> | undefined
}

/**
 * All that can be said of a flow: what is proved of its target's classes, what its weights or samples show beside, and where
 * there is another, what holds between the two.
 *
 * @throws GaussflowError for declared classes that the target contradicts; `aborted`
 */
export async function certify(
  flow: Certified,
  other: Certified | undefined,
  options: Omit<CertifyOptions<never>, 'other'>
): Promise<Certificate> {
  const { onProgress, signal, ...request } = checkOptions(CertifyOptionsSchema, options)
  const { flowFile } = flow
  const { from, to, points, seed, assume, samples, source, ...solving } = request
  const beside = source && Object.keys(source).find((name) => name !== 'distance')
  if (source?.distance !== undefined && beside !== undefined)
    refuse('source.distance', `be left out where there is \`source.${beside}\`, which says how far it is`)
  const engine = telling(flow.engine, request, 1)
  const subject = subjectOf(engine, flowFile, assume)
  const measuring: Measuring = {
    solving: solvingOf(solving, flow.sampling),
    count: samples ?? samplesOf(flowFile, engine.cost),
    seed,
    signal,
    pause: pauses(signal)
  }
  const measured = measuring.count > 0
  const parts: (() => readonly Statement[] | Promise<readonly Statement[]>)[] = [
    () => [existenceStatement(subject)],
    () => gradientStatements(subject, from, to, points),
    () => flowMapStatements(subject, from, to),
    () => sourceStatements(subject, source),
    () => (engine.closedForm ? [] : networkStatements(subject, measuring, [from, to], points)),
    () => (measured ? roundTripStatements(subject, measuring) : []),
    () => (measured ? logDensityStatement(subject, measuring) : []),
    () =>
      other === undefined
        ? []
        : comparisonStatements(subject, subjectOf(toldToo(other.engine, request), other.flowFile), measuring)
  ]
  const statements: Statement[] = []
  for (const [i, part] of parts.entries()) {
    statements.push(...(await part()))
    onProgress?.(i + 1, parts.length)
    await measuring.pause()
  }
  const stated = statements.map((one) => resting(one, subject))
  if (engine.closedForm) return { statements: stated }
  const told = engine.condition === undefined ? [] : [toldOf(request)]
  return { statements: stated.map((one) => toldOnly(one, told)) }
}

/** Another flow hears the same, if its network hears anything. */
function toldToo(engine: Engine, request: TellingOptions): Engine {
  return engine.condition === undefined ? engine : telling(engine, request, 1)
}

/** What a network was told is what all that is said of it is about. */
function toldOnly(statement: Statement, told: readonly Hypothesis[]): Statement {
  return stands(statement) ? { ...statement, hypotheses: [...statement.hypotheses, ...told] } : statement
}

function toldOf({ label, condition, guidance = 1, guidanceInterval }: TellingOptions): Hypothesis {
  const what = label ?? condition
  const when = guidanceInterval === undefined ? '' : ` at times from ${guidanceInterval.join(' to ')}`
  const guided = guidance === 1 ? '' : `, with guidance ${guidance}${when}`
  const text =
    what === undefined ? 'nothing' : `${label === undefined ? 'the numbers' : 'the label'} ${what.toString()}`
  return { text: `the network is told ${text}${guided}`, status: 'checked' }
}

/**
 * What follows from the class of a target follows by a schedule whose a falls and whose b rises; and it is about the exact flow:
 * of a network's it holds as far as that is exact.
 */
function resting(statement: Statement, subject: Subject): Statement {
  const { classes, engine } = subject
  const more = [...beside(subject), ...(engine.closedForm ? [] : [EXACT])]
  const sentences = new Set(hypothesesOf(classes, []).map(({ text }) => text))
  if (more.length === 0 || !statement.hypotheses.some(({ text }) => sentences.has(text))) return statement
  return { ...statement, hypotheses: [...statement.hypotheses, ...more] }
}

const EXACT = {
  text: 'the network is the exact velocity of the flow to its target',
  status: 'assumed'
} as const
