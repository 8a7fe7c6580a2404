import { sourceDistance, sourceStability } from '../../theory/stability.ts'
import { finite, hypothesesOf, show, showAtMost, showFactor, sourcesOf, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

/** Another source: N(shift, scale^2 a(0)^2 I), or any at a 2-Wasserstein distance. */
export interface OtherSource {
  readonly shift?: number | undefined
  readonly scale?: number | undefined
  readonly distance?: number | undefined
}

const SOURCE = 'Gao, Huang & Jiao, JMLR 25(253) 2024, Proposition 54 (i)'

/** What an imperfect source costs: W2(X#mu', X#mu) <= Lip(X_{0,1}) W2(mu', mu). */
export function sourceStatements(subject: Subject, other: OtherSource | undefined): Statement[] {
  const { declared, at, engine } = subject
  const found = subject.lipschitz(0, 1)
  const start = at(0)
  const log = found.kind === 'bound' ? found.log : Infinity
  const hypotheses = found.kind === 'bound' ? hypothesesOf(found.classes, declared) : []
  const statement = (id: string, value: number, text: string): Statement => ({
    id,
    kind: 'proved',
    value: finite(value),
    at: { from: 0, to: 1 },
    hypotheses,
    source: found.kind === 'bound' ? `${SOURCE}; ${sourcesOf(found.classes)}` : SOURCE,
    text: found.kind === 'bound' ? text : `No bound: ${found.reason}.`
  })
  const cost = (distance: number) => sourceStability(log, distance, engine.core)
  const shown = (distance: number) =>
    distance === 0 ? '0' : showFactor(log + engine.core.log64(distance), engine.core)
  const statements = [
    statement(
      'source-stability',
      cost(1),
      `Samples from another source are off by ${showFactor(log, engine.core)} times its distance from the true one at most (2-Wasserstein).`
    )
  ]
  if (start.b > 0 && subject.secondMoment !== undefined) {
    const distance = sourceDistance(start.b, subject.secondMoment)
    statements.push(
      statement(
        'source-gaussian',
        cost(distance),
        `The source drawn from is N(0, a(0)^2 I), the true one holds ${show(start.b)} of the data: they are ${showAtMost(distance)} apart at most, and samples ${shown(distance)}.`
      )
    )
  }
  if (other !== undefined) {
    const { shift = 0, scale = 1, distance } = other
    const wide = engine.dim * start.a * start.a * (scale - 1) * (scale - 1)
    const apart = distance ?? Math.sqrt(shift * shift + wide)
    statements.push(
      statement(
        'source-perturbation',
        cost(apart),
        `A source ${show(apart)} away (2-Wasserstein) gives samples ${shown(apart)} away at most.`
      )
    )
  }
  return statements
}
