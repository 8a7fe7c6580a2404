import { within, type Schedule } from './schedule.ts'

export interface VarianceExplodingOptions {
  /** @default 0.01 */
  readonly sigmaMin?: number
  /** @default 50 */
  readonly sigmaMax?: number
}

/**
 * a = sigmaMin ((sigmaMax / sigmaMin)^(1 - t) - 1), b = 1: noise of geometrically falling size on top of the data (the VE
 * process), shifted so that a(1) = 0.
 */
export function varianceExploding({
  sigmaMin = 0.01,
  sigmaMax = 50
}: VarianceExplodingOptions = {}): Schedule {
  const rate = Math.log(sigmaMax / sigmaMin)
  return {
    name: 've',
    core: { kind: 4, p: sigmaMin, q: sigmaMax },
    at: within((t) => {
      const a = sigmaMin * Math.expm1((1 - t) * rate)
      return { a, aDa: -a * (a + sigmaMin) * rate, b: 1, db: 0 }
    })
  }
}
