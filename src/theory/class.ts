import { bounded, type Bounded } from './bounded.ts'
import { gaussianMixture, type GaussianMixture } from './gaussianMixture.ts'
import { logConcave, type LogConcave } from './logConcave.ts'
import { logConvex, type LogConvex } from './logConvex.ts'
import { logLipschitz, type LogLipschitz } from './logLipschitz.ts'
import type { Rules } from './base.ts'
import { widest, type Widest } from './widest.ts'

/** A hypothesis about a target under which the regularity of its flow is known. */
export type TargetClass = LogConcave | LogConvex | Bounded | GaussianMixture | LogLipschitz | Widest
export type ClassKind = TargetClass['kind']

const RULES: { readonly [K in ClassKind]: Rules<Extract<TargetClass, { kind: K }>> } = {
  'gaussian-mixture': gaussianMixture,
  widest,
  'log-concave': logConcave,
  'log-convex': logConvex,
  bounded,
  'log-lipschitz': logLipschitz
}

/** Every kind of class; the tests hold each law on each of them. */
export const CLASS_KINDS = Object.keys(RULES) as readonly ClassKind[]

/** What is known of a class, whichever it is. */
export function rulesOf(of: TargetClass): Rules<TargetClass> {
  return RULES[of.kind] as Rules<TargetClass>
}
