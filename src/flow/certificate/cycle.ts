import { noise } from '../noise.ts'
import { arrivalOf, arrivedRows, measuredOn, type Way } from './arrival.ts'
import { distance } from './distance.ts'
import { fanOf, tooLarge, UNCERTIFIED } from './fan.ts'
import { runOf, type Measuring } from './measuring.ts'
import { bothHypotheses, show, showAtMost, type Hypothesis, type Statement } from './statement.ts'
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
  const start = await fanOf(subject, z, count, runOf(subject, measuring, 0, 1, solving), pause)
  const legs = [
    [subject, 1, 0],
    [other, 0, 1],
    [other, 1, 0],
    [subject, 0, 1]
  ] as const
  let [data, bound] = [start.data, 0]
  const ways: Way[] = [start]
  const reasons: (string | undefined)[] = []
  for (const [way, from, to] of legs) {
    const fan = await fanOf(way, data, count, runOf(way, measuring, from, to, solving), pause)
    const growth = way.lipschitz(from, to)
    bound = (growth.kind === 'bound' ? (bound === 0 ? 0 : growth.value * bound) : Infinity) + fan.bound
    data = fan.data
    ways.push(fan)
    reasons.push(fan.why, growth.kind === 'bound' ? undefined : UNCERTIFIED)
  }
  const arrival = arrivalOf(ways)
  const [end, begin] = [data, start.data].map((rows) => arrivedRows(rows, arrival, subject.engine.dim))
  const measured = measuredOn(
    arrival,
    () => distance(end, begin, arrival.rows.length),
    (off) =>
      `Translated to the other flow and back, data are off by ${show(off)}, root mean square over ${arrival.rows.length} samples.`
  )
  const why = arrival.missing ?? reasons.find((reason) => reason !== undefined) ?? tooLarge(bound)
  const statement = (
    id: string,
    value: number | null,
    hypotheses: readonly Hypothesis[],
    text: string
  ): Statement => ({
    id,
    kind: 'estimated',
    value,
    at: { from: 0, to: 1 },
    hypotheses,
    source: 'Gao, Huang & Jiao, JMLR 25(253) 2024, section 5: cycle consistency',
    text
  })
  return [
    statement('cycle-consistency', measured.value, [], measured.text),
    why === undefined
      ? statement(
          'cycle-consistency-bound',
          bound,
          bothHypotheses(subject, other),
          `By what the solver was measured to be off on each of the four ways, grown as certified on the rest, ${showAtMost(bound)} at most.`
        )
      : statement(
          'cycle-consistency-bound',
          null,
          [],
          `No bound: ${why === UNCERTIFIED ? `${why} on one of the ways` : why}.`
        )
  ]
}
