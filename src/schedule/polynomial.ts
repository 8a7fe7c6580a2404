import { within, type Schedule } from './schedule.ts'

/** a = 1 - t^p, b = t^p for a power p >= 1 (default 2): slow at the noise, quick at the data. */
export function polynomial({ power = 2 }: { readonly power?: number } = {}): Schedule {
  return {
    name: 'polynomial',
    core: { kind: 5, p: power },
    at: within((t) => {
      const b = t ** power
      const a = t > 0 ? 0 - Math.expm1(power * Math.log(t)) : 1
      const db = power * t ** (power - 1)
      return { a, aDa: -a * db, b, db }
    })
  }
}
