import { arrivalOf, byReference } from './arrival.ts'
import { raised } from './distance.ts'
import { largestOf } from '../../theory/base.ts'
import { logLipschitzTo } from '../../theory/flowMap.ts'
import { gradientBounds } from '../../theory/gradient.ts'
import { constantStability, sourceDistance, velocityStability } from '../../theory/stability.ts'
import type { RowStatus } from '../../types.ts'
import { evaluate } from '../evaluate.ts'
import { noise } from '../noise.ts'
import { stills } from '../trajectory.ts'
import { runOf, type Measuring } from './measuring.ts'
import { stabilityNodes } from './nodes.ts'
import { referenceOf } from './reference.ts'
import { finite, hypothesesOf, show, showAtMost, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

const RATES = 257 // times, equally far apart in sqrt(1 - t), whose fastest rate the constant form takes for that of all
const SOURCE = 'Gao, Huang & Jiao, JMLR 25(253) 2024, Proposition 54'

/**
 * How far the samples of a flow are from the true target where its velocity v~ is not the true v: the flow with the known
 * target is the true one. Both start from what is drawn, N(0, a~(0)^2 I), and the true law is that of X_{0,1} from
 * Law(a(0) Z + b(0) X_1):
 *
 *     W2 <= int_0^1 Lip(X_{t,1}) delta(t) dt + Lip(X_{0,1}) (b(0) sqrt(E |X_1|^2) + |a(0) - a~(0)| sqrt(d)).
 *
 * delta is measured along the way of v~, which a reference goes and not the solver: the statement is about the velocities.
 */
export async function velocityStatements(
  one: Subject,
  two: Subject,
  measuring: Measuring
): Promise<Statement[]> {
  const [truth, learned] = one.classes.length > 0 || two.classes.length === 0 ? [one, two] : [two, one]
  const { count } = measuring
  const { core } = truth.engine
  const nodes = stabilityNodes()
  const { errors, status } = await differences(truth, learned, measuring, nodes.times)
  const logs = logLipschitzTo(truth.classes, truth.at, [...nodes.times, 1], core)
  const rates = [...nodes.times, ...Array.from({ length: RATES }, (_, i) => 1 - (i / (RATES - 1)) ** 2)]
  const fastest = largestOf(rates.map((t) => gradientBounds(truth.classes, truth.at(t), core).upper.value))
  const { cost, what } = sourceCost(truth, learned)
  const which = truth === one ? "the other flow's" : "this flow's"
  const why =
    arrivalOf([byReference(status)]).missing ??
    (count < 2
      ? 'one way shows no standard error of the difference of the velocities'
      : errors.every(Number.isFinite)
        ? 'nothing certifies how a difference of velocities grows'
        : 'on one of the ways a velocity is not finite')
  const statement = (id: string, value: number, source: string, how: string): Statement => ({
    id,
    kind: 'estimated',
    value: finite(value),
    at: { from: 0, to: 1 },
    hypotheses: Number.isFinite(value) ? hypothesesOf(truth.classes, truth.declared) : [],
    source,
    text: Number.isFinite(value)
      ? `By its velocity, ${which} samples are estimated to be ${showAtMost(value)} off ${what} at most (2-Wasserstein), ${how}. The velocities' mean square difference is measured on ${count} ways at ${nodes.times.length} times, and two standard errors are added to it: more ways may show more.`
      : `No bound: ${why}.`
  })
  return [
    statement(
      'velocity-stability',
      velocityStability(nodes, logs, errors, core) + cost,
      `derived after Alekseev and Groebner; cf. ${SOURCE} (ii)`,
      'each difference growing from its own time on'
    ),
    statement(
      'velocity-stability-constant',
      constantStability(nodes, fastest, errors, core) + cost,
      `${SOURCE} (ii)`,
      `all growing at the fastest rate of ${rates.length} times, for reference`
    )
  ]
}

/** delta(t) at the times, with two standard errors of its square. */
async function differences(
  truth: Subject,
  learned: Subject,
  measuring: Measuring,
  times: readonly number[]
): Promise<{ readonly errors: readonly number[]; readonly status: readonly RowStatus[] }> {
  const { count, seed, pause } = measuring
  const { engine } = learned
  const states = noise(engine, { count, seed, first: 0 })
  const run = runOf(learned, measuring, 0, times[times.length - 1], referenceOf(engine).solving)
  const errors: number[] = []
  let last: readonly RowStatus[] = []
  const view = { pause, finish: () => undefined }
  for await (const { time, data, status } of stills(engine, states, count, run, times, view)) {
    last = status
    const theirs = evaluate(engine, 'velocity', data, count, time)
    errors.push(raised(evaluate(truth.engine, 'velocity', data, count, time), theirs, count))
    await pause()
  }
  return { errors, status: last }
}

/** What it costs that the learned flow's source is not the true one's, and what its samples are then compared with. */
function sourceCost(truth: Subject, learned: Subject): { readonly cost: number; readonly what: string } {
  const [start, drawn] = [truth.at(0), learned.at(0)]
  const known = start.b === 0 || truth.secondMoment !== undefined
  const held = known && start.b > 0 ? sourceDistance(start.b, truth.secondMoment!) : 0
  const apart = Math.abs(start.a - drawn.a) * Math.sqrt(learned.engine.dim) + held
  const whole = truth.lipschitz(0, 1)
  const cost = apart === 0 ? 0 : whole.kind === 'bound' ? whole.value * apart : Infinity
  if (!known)
    return { cost, what: 'what the true velocity makes of N(0, a(0)^2 I), and not of its true source,' }
  const of = cost > 0 ? ` (${show(cost)} of it since the source drawn from is not the true one)` : ''
  return { cost, what: `the true law${of}` }
}
