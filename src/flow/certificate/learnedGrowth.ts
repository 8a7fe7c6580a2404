import type { NetworkTarget } from '../../schema/flowFile.ts'
import { equalTimes } from '../equalTimes.ts'
import { jumpsOf, traitsOfTarget, trainedElsewhere } from './learned.ts'
import { finite, showFactor, type Statement } from './statement.ts'
import type { Subject } from './subject.ts'

const INSIDE = 8 // steps within a guidance interval, however short it is

/**
 * The times at which the bound on a network's velocity is looked at: some equally far apart, and where the guidance begins or
 * ends on the way, the last and the first double on either side, and steps within.
 */
export function boundTimes({ engine }: Subject, from: number, to: number, points: number): readonly number[] {
  const equal = equalTimes(from, to, points - 1)
  const jumps = jumpsOf(engine.telling).filter((time) => time > from && time < to)
  if (jumps.length === 0 || engine.telling === undefined) return equal
  const [begin, end] = engine.telling.interval
  const inside = equalTimes(Math.max(from, begin), Math.min(to, end), INSIDE)
  const sides = jumps.flatMap((time) => [time - time * 2 ** -52, time, time + time * 2 ** -52])
  return [...new Set([...equal, ...inside, ...sides])].sort((one, other) => one - other)
}

/**
 * exp of the integral of the bounds, each stretch between two times by the larger of the two: a bound where that on the velocity
 * is the same at all times but those at which the guidance begins or ends, else an estimate, since what it is between the times
 * is not looked at.
 */
export function growthStatement(
  subject: Subject,
  times: readonly number[],
  bounds: readonly number[],
  weights: Statement['hypotheses']
): Statement {
  const { core } = subject.engine
  const log = bounds
    .slice(1)
    .reduce((sum, bound, i) => sum + Math.max(bound, bounds[i]) * (times[i + 1] - times[i]), 0)
  const steady = isSteady(subject)
  const between = steady
    ? ({
        text: 'the bound on the velocity is the same at all times of one guidance',
        status: 'checked'
      } as const)
    : ({
        text: 'between two of the times the bound on the velocity is at most the larger of the two',
        status: 'assumed'
      } as const)
  const factor = showFactor(log, core)
  return {
    id: 'flow-map-lipschitz',
    kind: steady ? 'computed' : 'estimated',
    value: finite(core.exp64(log)),
    at: { from: times[0], to: times[times.length - 1] },
    hypotheses: [...weights, between],
    source: 'Groenwall, of the bound on the velocity',
    text: steady
      ? `Two points move apart, either way, by a factor of ${factor} at most.`
      : `Two points are estimated to move apart, either way, by a factor of ${factor} at most, by the bound on the velocity at ${times.length} times: between them it may be larger.`
  }
}

/** Whether the bound on the velocity is the same at all times of one guidance. */
function isSteady({ flowFile }: Subject): boolean {
  const { prediction } = flowFile.target as NetworkTarget
  const { modulated } = traitsOfTarget(flowFile.target)
  return prediction === 'velocity' && !modulated && !trainedElsewhere(flowFile)
}
