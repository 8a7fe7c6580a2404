import type { ScheduleName } from '../../src/schema/schedule.ts'

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
  }),
  follmer: (t) => ({ a: Math.sqrt(1 - t * t), aDa: -t, b: t, db: 1 }),
  vp: (t) => {
    const u = 1 - t
    const b = Math.exp(-0.25 * u * u * 19.9 - 0.05 * u)
    const db = b * (0.5 * u * 19.9 + 0.05)
    return { a: Math.sqrt(1 - b * b), aDa: -b * db, b, db }
  },
  ve: (t) => {
    const sigma = 0.01 * 5000 ** (1 - t)
    const a = t === 1 ? 0 : sigma - 0.01
    return { a, aDa: -a * sigma * Math.log(5000), b: 1, db: 0 }
  },
  polynomial: (t) => ({ a: 1 - t * t, aDa: -(1 - t * t) * 2 * t, b: t * t, db: 2 * t })
}

/** The core's number and parameters of each schedule. */
export const CORE_SCHEDULES: Record<ScheduleName, { id: number; p?: number; q?: number }> = {
  linear: { id: 0 },
  trigonometric: { id: 1 },
  follmer: { id: 2 },
  vp: { id: 3, p: 0.1, q: 20 },
  ve: { id: 4, p: 0.01, q: 50 },
  polynomial: { id: 5, p: 2 }
}
