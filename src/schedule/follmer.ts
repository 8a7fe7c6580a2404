import { within, type Schedule } from './schedule.ts'

/** a = sqrt(1 - t^2), b = t: Foellmer's drift. a^2 + b^2 = 1, and a' has a pole at t = 1 where a a' = -t has none. */
export const follmer: Schedule = {
  name: 'follmer',
  core: { kind: 2 },
  at: within((t) => ({ a: Math.sqrt((1 - t) * (1 + t)), aDa: -t, b: t, db: 1 }))
}
