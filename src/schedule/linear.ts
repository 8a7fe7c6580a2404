import { within, type Schedule } from './schedule.ts'

/** a = 1 - t, b = t: straight lines between noise and data. Also called rectified flow or conditional optimal transport. */
export const linear: Schedule = {
  name: 'linear',
  core: { kind: 0 },
  at: within((t) => ({ a: 1 - t, aDa: t - 1, b: t, db: 1 }))
}
