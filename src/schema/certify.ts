import * as v from 'valibot'
import { fields } from './fields.ts'

const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(finite, v.gtValue(0))
const notNegative = v.pipe(finite, v.minValue(0))

/** What somebody says of a target, beyond what it tells by itself. */
export const AssumeSchema = fields({
  /** hess U >= kappa I, where the density is e^(-U). */
  kappa: v.optional(finite),
  /** hess U <= beta I. */
  beta: v.optional(positive),
  /** Of the support. */
  diameter: v.optional(notNegative),
  /** With `sigma`: the target is N(0, sigma^2 I) * rho, and rho lies within the ball of this radius about 0. */
  radius: v.optional(notNegative),
  sigma: v.optional(positive),
  /** With `sigma`: the target is e^f times a Gaussian of covariance sigma^2 I, and f is this Lipschitz. */
  lipschitz: v.optional(notNegative)
})

export type Assume = v.InferOutput<typeof AssumeSchema>
