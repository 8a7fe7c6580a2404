import type { TargetClass } from '../../src/theory/class.ts'
import { recognise } from '../../src/theory/recognise.ts'
import { math } from './math.ts'
import { CASES } from './targets.ts'

const named = (name: string) => recognise(CASES.find((one) => one.name === name)!.target, math).classes[0]

/** Members of every kind of class; every law is held on each of them. */
export const CLASSES: readonly TargetClass[] = [
  { kind: 'log-concave', kappa: 0.5 },
  { kind: 'log-concave', kappa: 0 },
  { kind: 'log-concave', kappa: -2 },
  { kind: 'log-convex', beta: 3 },
  { kind: 'bounded', diameter: 2 },
  { kind: 'gaussian-mixture', variances: [0.36, 0.36], radius: 1 },
  { kind: 'gaussian-mixture', variances: [0.25, 0.25], radius: 2 },
  { kind: 'gaussian-mixture', variances: [0.36, 2], radius: 1 },
  { kind: 'gaussian-mixture', variances: [0.36, 2], radius: 0.3 },
  { kind: 'gaussian-mixture', variances: [0.36, 20], radius: 3 },
  { kind: 'log-lipschitz', sigma: 0.6, lipschitz: 1.5 },
  { kind: 'log-lipschitz', sigma: 1, lipschitz: 0 },
  named('a narrow cluster inside a wide one'),
  named('a narrow cluster among two wide ones')
]

export const title = (of: TargetClass) =>
  of.kind === 'widest' ? `widest of ${of.others.length}, radius ${of.radius}` : JSON.stringify(of)
