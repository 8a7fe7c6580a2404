import type { SolverName } from '../../src/index.web.ts'

/** What the part of the URL after # says, so that a view can be shared. The seed stays as it was written, right or wrong. */
export interface Address {
  readonly seed: string
  readonly count: number
  readonly steps: number
  readonly solver: SolverName
}

const COUNTS: readonly number[] = [16, 36, 64]
/** The page's own path steps by these; the library has more. */
const SOLVERS: readonly SolverName[] = ['euler', 'heun', 'rk4']
const STEPS = { min: 1, max: 100 }

/** Reads `seed=7&count=16&steps=50&solver=heun`; what is missing or not on offer comes from `otherwise`. */
export function readAddress(hash: string, otherwise: Address): Address {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  const count = Number(fields.get('count'))
  const steps = Number(fields.get('steps'))
  const solver = SOLVERS.find((name) => name === fields.get('solver'))
  return {
    seed: fields.get('seed') ?? otherwise.seed,
    count: COUNTS.includes(count) ? count : otherwise.count,
    steps: Number.isInteger(steps) && steps >= STEPS.min && steps <= STEPS.max ? steps : otherwise.steps,
    solver: solver ?? otherwise.solver
  }
}

export function writeAddress({ seed, count, steps, solver }: Address): string {
  return `#${new URLSearchParams({ seed, count: String(count), steps: String(steps), solver }).toString()}`
}

/** The number that a seed field holds; NaN, which the flow refuses with its reason, for what is none. */
export function seedOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text)
}
