import { within, type Schedule } from './schedule.ts'

/** a = cos(pi t / 2), b = sin(pi t / 2), so that a^2 + b^2 = 1: unit variance is kept along the way. */
export const trigonometric: Schedule = {
  name: 'trigonometric',
  core: { kind: 1 },
  at: within((t) => {
    const angle = (Math.PI / 2) * t
    // Both ends are exact, though the cosine of the double next to pi / 2 is not 0.
    const a = t === 1 ? 0 : Math.cos(angle)
    const b = t === 1 ? 1 : Math.sin(angle)
    return { a, aDa: (-Math.PI / 2) * a * b, b, db: (Math.PI / 2) * a }
  })
}
