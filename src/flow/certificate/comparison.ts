import { GaussflowError } from '../../error.ts'
import { cycleStatements } from './cycle.ts'
import type { Measuring } from './measuring.ts'
import { bothHypotheses, finite, showFactor, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'
import { velocityStatements } from './velocity.ts'

/** What holds between a flow and another one of the same dimension. */
export async function comparisonStatements(
  subject: Subject,
  other: Subject,
  measuring: Measuring
): Promise<Statement[]> {
  const [dim, otherDim] = [subject.engine.dim, other.engine.dim]
  if (dim !== otherDim) {
    const message = `\`other\` must be a flow of the same dimension, ${dim}, got ${otherDim}`
    throw new GaussflowError('shape_mismatch', message, { path: 'other' })
  }
  return [
    translationStatement(subject, other),
    ...(measuring.count > 0 ? await velocityStatements(subject, other, measuring) : []),
    ...(measuring.count > 0 ? await cycleStatements(subject, other, measuring) : [])
  ]
}

/** Lip(T) <= Lip(X_{1,0}) Lip(X'_{0,1}) of the translation T from the one target to the other. */
function translationStatement(subject: Subject, other: Subject): Statement {
  const { core } = subject.engine
  const there = subject.lipschitz(1, 0)
  const back = other.lipschitz(0, 1)
  const refused = [there, back].flatMap((found) => (found.kind === 'refusal' ? [found.reason] : []))
  const log = there.kind === 'bound' && back.kind === 'bound' ? there.log + back.log : Infinity
  return {
    id: 'translation-lipschitz',
    kind: 'proved',
    value: finite(core.exp64(log)),
    at: { from: 0, to: 1 },
    hypotheses: refused.length > 0 ? [] : bothHypotheses(subject, other),
    source: 'Gao, Huang & Jiao, JMLR 25(253) 2024, section 5: cycle consistency',
    text:
      refused.length > 0
        ? `No bound: ${refused[0]}.`
        : `Translation to the other flow moves two points apart by a factor of ${showFactor(log, core)} at most.`
  }
}
