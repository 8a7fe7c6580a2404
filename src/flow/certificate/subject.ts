import type { Coefficients } from '../../schedule/schedule.ts'
import type { Assume } from '../../schema/certify.ts'
import { expectAgreement } from '../../theory/agreement.ts'
import type { TargetClass } from '../../theory/class.ts'
import { declaredClasses, type Declared } from '../../theory/declared.ts'
import { lipschitz, type LipschitzBound, type LipschitzRefusal } from '../../theory/flowMap.ts'
import { recognise } from '../../theory/recognise.ts'
import { secondMoment } from '../../theory/moment.ts'
import { coefficientsAt, type Engine } from '../engine.ts'
import type { Model } from '../source.ts'

/** A flow as certificates see it: its core, and what is known of its target. */
export interface Subject {
  readonly engine: Engine
  readonly flowFile: Model['flowFile']
  readonly at: (t: number) => Coefficients
  readonly classes: readonly TargetClass[]
  readonly declared: readonly Declared[]
  /** Whether its schedule is a table. */
  readonly tabulated: boolean
  /** Whether covariances that differ by rounding are taken as one. */
  readonly unified: boolean
  /** Of the flow map from time s to time t, found once: several statements rest on the same. */
  readonly lipschitz: (s: number, t: number) => LipschitzBound | LipschitzRefusal
  /** Why nothing bounds the velocity's growth from above, where nothing does. */
  readonly unbounded: string | undefined
  /** Whether the target is a mixture of Gaussians, whose velocity is smooth. */
  readonly smooth: boolean
  /** E |X_1|^2, where it is known. */
  readonly secondMoment: number | undefined
}

/** What is known of a flow, and said of it. @throws GaussflowError for what the target contradicts */
export function subjectOf(engine: Engine, flowFile: Model['flowFile'], assume: Assume = {}): Subject {
  const { target, schedule } = flowFile
  const { mixture } = engine
  const { classes, unbounded, smooth, unified = false } = recognise(target, engine.core, mixture)
  const declared = declaredClasses(assume, target, engine.core, mixture, () => classes)
  const memo = new Map<number, Coefficients>()
  const at = (t: number): Coefficients => {
    const known = memo.get(t) ?? coefficientsAt(engine, t)
    memo.set(t, known)
    return known
  }
  if (declared.length > 0) expectAgreement(classes, declared, at, engine.core)
  const all = [...classes, ...declared.map((one) => one.class)]
  const constants = new Map<string, LipschitzBound | LipschitzRefusal>()
  return {
    engine,
    flowFile,
    at,
    classes: all,
    lipschitz: (s, t) => {
      const way = `${s} ${t}`
      const known = constants.get(way) ?? lipschitz(all, at, s, t, engine.core)
      constants.set(way, known)
      return known
    },
    declared,
    tabulated: typeof schedule === 'object' && schedule.kind === 'custom',
    unified,
    unbounded,
    smooth,
    secondMoment: secondMoment(target, mixture)
  }
}
