import { lipschitz, logLipschitzTo } from '../../theory/flowMap.ts'
import { gradientBounds } from '../../theory/gradient.ts'
import { constantStability, errorNodes, velocityStability } from '../../theory/stability.ts'
import { evaluate } from '../evaluate.ts'
import { noise } from '../noise.ts'
import { stills } from '../trajectory.ts'
import { distance } from './distance.ts'
import { fanOf } from './fan.ts'
import { runOf, type Measuring } from './measuring.ts'
import { finite, hypothesesOf, show, showFactor, type Hypothesis, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'
import { GaussflowError } from '../../error.ts'

const WHOLE = { from: 0, to: 1 }

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
  const there = lipschitz(subject.classes, subject.at, 1, 0, core)
  const back = lipschitz(other.classes, other.at, 0, 1, other.engine.core)
  const refused = [there, back].flatMap((found) => (found.kind === 'refusal' ? [found.reason] : []))
  const log = there.kind === 'bound' && back.kind === 'bound' ? there.log + back.log : Infinity
  return {
    id: 'translation-lipschitz',
    kind: 'proved',
    value: finite(core.exp64(log)),
    at: WHOLE,
    hypotheses: refused.length > 0 ? [] : both(subject, other),
    source: 'Gao, Huang & Jiao, JMLR 25(253) 2024, section 5: cycle consistency',
    text:
      refused.length > 0
        ? `No bound: ${refused[0]}.`
        : `Translation to the other flow moves two points apart by a factor of ${showFactor(log, core)} at most.`
  }
}

/**
 * How far the samples of a flow are from the true target where its velocity v~ is not the true v: the flow with the known
 * target is the true one. The difference is measured along the way of v~.
 */
async function velocityStatements(one: Subject, two: Subject, measuring: Measuring): Promise<Statement[]> {
  const [truth, learned] = one.classes.length > 0 || two.classes.length === 0 ? [one, two] : [two, one]
  const { count, seed, solving, pause } = measuring
  const { engine } = learned
  const nodes = errorNodes()
  const states = noise(engine, { count, seed, first: 0 })
  const run = runOf(learned, measuring, 0, 1, solving)
  const errors: number[] = []
  for await (const { time, data } of stills(engine, states, count, run, [...nodes.times, 1], {
    pause,
    finish: () => undefined
  })) {
    if (time === 1) continue
    const theirs = evaluate(engine, 'velocity', data, count, time)
    errors.push(distance(evaluate(truth.engine, 'velocity', data, count, time), theirs, count))
    await pause()
  }
  const logs = logLipschitzTo(truth.classes, truth.at, [...nodes.times, 1], truth.engine.core)
  const { core } = truth.engine
  const upper = nodes.times.map((t) => gradientBounds(truth.classes, truth.at(t), core).upper.value)
  const [sharp, rough] = [
    velocityStability(nodes, logs, errors, core),
    constantStability(nodes, Math.max(...upper), errors, core)
  ]
  const apart = Math.abs(truth.at(0).a - learned.at(0).a) * Math.sqrt(engine.dim)
  const whole = lipschitz(truth.classes, truth.at, 0, 1, core)
  const source = apart === 0 ? 0 : whole.kind === 'bound' ? whole.value * apart : Infinity
  const which = truth === one ? "the other flow's" : "this flow's"
  const statement = (id: string, value: number, from: string, how: string): Statement => ({
    id,
    kind: 'estimated',
    value: finite(value),
    at: WHOLE,
    hypotheses: Number.isFinite(value) ? hypothesesOf(truth.classes, truth.declared) : [],
    source: from,
    text: Number.isFinite(value)
      ? `By its velocity, ${which} samples are ${show(value)} off the true law at most (2-Wasserstein), ${how}; the velocities' difference is measured on ${count} ways.`
      : 'No bound: nothing certifies how a difference of velocities grows.'
  })
  return [
    statement(
      'velocity-stability',
      sharp + source,
      'derived after Alekseev and Groebner; cf. Gao, Huang & Jiao, JMLR 25(253) 2024, Proposition 54 (ii)',
      'each difference growing from its own time on'
    ),
    statement(
      'velocity-stability-constant',
      rough + source,
      'Gao, Huang & Jiao, JMLR 25(253) 2024, Proposition 54 (ii)',
      'all growing at the fastest rate of any time, for reference'
    )
  ]
}

/** From the one target to the other and back, which is no change at all but for the solver. */
async function cycleStatements(subject: Subject, other: Subject, measuring: Measuring): Promise<Statement[]> {
  const { count, seed, solving, pause } = measuring
  if (!subject.engine.finiteAtEnd || !other.engine.finiteAtEnd) return []
  const z = noise(subject.engine, { count, seed, first: 0 })
  const start = (await fanOf(subject, z, count, runOf(subject, measuring, 0, 1, solving), pause)).data
  const legs = [
    [subject, 1, 0],
    [other, 0, 1],
    [other, 1, 0],
    [subject, 0, 1]
  ] as const
  let [data, bound] = [start, 0]
  for (const [way, from, to] of legs) {
    const fan = await fanOf(way, data, count, runOf(way, measuring, from, to, solving), pause)
    const growth = lipschitz(way.classes, way.at, from, to, way.engine.core)
    bound = (growth.kind === 'bound' ? (bound === 0 ? 0 : growth.value * bound) : Infinity) + fan.bound
    data = fan.data
  }
  const measured = distance(data, start, count)
  const statement = (
    id: string,
    value: number,
    hypotheses: readonly Hypothesis[],
    text: string
  ): Statement => ({
    id,
    kind: 'estimated',
    value: finite(value),
    at: WHOLE,
    hypotheses,
    source: 'Gao, Huang & Jiao, JMLR 25(253) 2024, section 5: cycle consistency',
    text
  })
  return [
    statement(
      'cycle-consistency',
      measured,
      [],
      `Translated to the other flow and back, data are off by ${show(measured)}, root mean square over ${count} samples.`
    ),
    statement(
      'cycle-consistency-bound',
      bound,
      Number.isFinite(bound) ? both(subject, other) : [],
      Number.isFinite(bound)
        ? `By what the solver was measured to be off on each of the four ways, grown as certified on the rest, ${show(bound)} at most.`
        : 'No bound: nothing certifies how errors grow on one of the ways.'
    )
  ]
}

function both(subject: Subject, other: Subject): readonly Hypothesis[] {
  return [
    ...hypothesesOf(subject.classes, subject.declared),
    ...hypothesesOf(other.classes, other.declared).map((one) => ({
      ...one,
      text: `of the other: ${one.text}`
    }))
  ]
}
