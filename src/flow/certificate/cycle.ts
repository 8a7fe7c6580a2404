import { noise } from '../noise.ts'
import { distance } from './distance.ts'
import { fanOf } from './fan.ts'
import { runOf, type Measuring } from './measuring.ts'
import { bothHypotheses, finite, show, showAtMost, type Hypothesis, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

/** From the one target to the other and back, which is no change at all but for the solver. */
export async function cycleStatements(
  subject: Subject,
  other: Subject,
  measuring: Measuring
): Promise<Statement[]> {
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
    const growth = way.lipschitz(from, to)
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
    at: { from: 0, to: 1 },
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
      Number.isFinite(bound) ? bothHypotheses(subject, other) : [],
      Number.isFinite(bound)
        ? `By what the solver was measured to be off on each of the four ways, grown as certified on the rest, ${showAtMost(bound)} at most.`
        : 'No bound: nothing certifies how errors grow on one of the ways.'
    )
  ]
}
