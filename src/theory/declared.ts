import { AssumeSchema, type Assume } from '../schema/certify.ts'
import type { Target } from '../schema/flowFile.ts'
import { validate } from '../schema/validate.ts'
import { square, type Elementary } from './base.ts'
import { rulesOf, type TargetClass } from './class.ts'
import { isShown } from './contradiction.ts'
import { recognise } from './recognise.ts'
import { refuse } from './refuse.ts'
import { mixtureOf } from '../target/mixture.ts'

/** A class that somebody says the target is of. */
export interface Declared {
  readonly class: TargetClass
  /** Whether the target's own numbers show it; what they do not show is assumed, as they do not contradict it. */
  readonly shown: boolean
}

/**
 * The classes that `assume` stands for, each held against the target: `kappa`, `beta` and `diameter` each for itself,
 * `sigma` with `radius` for N(0, sigma^2 I) * rho, and `sigma` with `lipschitz` for a perturbed Gaussian.
 *
 * @param mixture as of `recognise`
 * @param known the classes that `recognise` finds, where somebody has them already
 * @throws GaussflowError `invalid_argument` for a field that is no number of its kind, stands alone, or is contradicted by
 *   the target, with what in the target contradicts it.
 */
export function declaredClasses(
  assume: Assume,
  target: Target,
  math: Elementary,
  mixture = mixtureOf(target),
  known: () => readonly TargetClass[] = () => recognise(target, math, mixture).classes
): readonly Declared[] {
  const checked = validate(AssumeSchema, assume, 'assume')
  const classes = classesOf(checked)
  if (target.kind === 'network') return classes.map((of) => ({ class: of, shown: false }))
  return classes.map((of) => ({ class: of, shown: isShown(of, target, mixture, known, math) }))
}

/** The hypotheses that are assumed only, as sentences. */
export function assumedOf(declared: readonly Declared[]): readonly string[] {
  return declared.filter(({ shown }) => !shown).map((one) => rulesOf(one.class).hypothesis(one.class))
}

function classesOf({ kappa, beta, diameter, radius, sigma, lipschitz }: Assume): TargetClass[] {
  const classes: TargetClass[] = []
  if (kappa !== undefined && beta !== undefined && kappa > beta)
    refuse('kappa', `must be at most \`assume.beta\`, ${beta}, got ${kappa}`)
  if (beta !== undefined && diameter !== undefined)
    refuse(
      'beta',
      `must be left out with \`assume.diameter\`, got ${beta}: where hess U is bounded the density ends nowhere`
    )
  if (sigma !== undefined && diameter !== undefined)
    refuse(
      'sigma',
      `must be left out with \`assume.diameter\`, ${diameter}, got ${sigma}: a Gaussian of any width reaches everywhere`
    )
  if (kappa !== undefined && diameter === 0)
    refuse(
      'kappa',
      `must be left out with an \`assume.diameter\` of 0, got ${kappa}: one point has no density`
    )
  if (kappa !== undefined) classes.push({ kind: 'log-concave', kappa })
  if (beta !== undefined) classes.push({ kind: 'log-convex', beta })
  if (diameter !== undefined) classes.push({ kind: 'bounded', diameter })
  for (const [name, value] of Object.entries({ radius, lipschitz })) {
    if (value !== undefined && sigma === undefined)
      refuse(
        name,
        `must come with \`assume.sigma\`, the width of the Gaussian it is about, got ${value} alone`
      )
  }
  if (sigma === undefined) return classes
  if (radius === undefined && lipschitz === undefined)
    refuse('sigma', `must come with \`assume.radius\` or \`assume.lipschitz\`, got ${sigma} alone`)
  const variance = square(sigma)
  if (radius !== undefined)
    classes.push({ kind: 'gaussian-mixture', variances: [variance, variance], radius })
  if (lipschitz !== undefined) classes.push({ kind: 'log-lipschitz', sigma, lipschitz })
  return classes
}
