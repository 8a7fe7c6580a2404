import type { ScheduleName } from '../../src/schema/flowFile.ts'

/** X_t = a Z + b X_1: a, the product a a' (finite at both ends), b and b'. */
export interface Coefficients {
  readonly a: number
  readonly aDa: number
  readonly b: number
  readonly db: number
}

export const schedules: Record<ScheduleName, (t: number) => Coefficients> = {
  linear: (t) => ({ a: 1 - t, aDa: t - 1, b: t, db: 1 }),
  trigonometric: (t) => ({
    a: Math.cos((Math.PI / 2) * t),
    aDa: (-Math.PI / 4) * Math.sin(Math.PI * t),
    b: Math.sin((Math.PI / 2) * t),
    db: (Math.PI / 2) * Math.cos((Math.PI / 2) * t)
  })
}

/** The core's number of each schedule. */
export const SCHEDULE_IDS: Record<ScheduleName, number> = { linear: 0, trigonometric: 1 }
