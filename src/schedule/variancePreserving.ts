import { within, type Schedule } from './schedule.ts'

export interface VariancePreservingOptions {
  /** @default 0.1 */
  readonly betaMin?: number
  /** @default 20 */
  readonly betaMax?: number
}

/**
 * b = exp(-u^2 (betaMax - betaMin) / 4 - u betaMin / 2) with u = 1 - t, a = sqrt(1 - b^2): the diffusion whose noise rate
 * grows linearly (DDPM, the VP process). b(0) = 0.0066 with the usual rates, so that its source is not quite Gaussian.
 */
export function variancePreserving({
  betaMin = 0.1,
  betaMax = 20
}: VariancePreservingOptions = {}): Schedule {
  const range = betaMax - betaMin
  return {
    name: 'vp',
    core: { kind: 3, p: betaMin, q: betaMax },
    at: within((t) => {
      const u = 1 - t
      const logB = -u * (0.25 * u * range + 0.5 * betaMin)
      const b = Math.exp(logB)
      const db = b * 0.5 * (u * range + betaMin)
      return { a: Math.sqrt(-Math.expm1(2 * logB)), aDa: -b * db, b, db }
    })
  }
}
