import type { SolverName } from '../../src/index.web.ts'

/** What the part of the URL after # says, so that a view can be shared. The seed stays as it was written, right or wrong. */
export interface Address {
  readonly seed: string
  readonly count: number
  readonly steps: number
  readonly solver: SolverName
  /** The digit to draw; undefined draws any. */
  readonly label: number | undefined
  readonly guidance: number
}

const COUNTS: readonly number[] = [16, 36, 64]
/** The library has more. */
const SOLVERS: readonly SolverName[] = ['euler', 'heun', 'rk4', 'ab2']
const STEPS = { min: 1, max: 100 }
const GUIDANCE = { min: 1, max: 4 }
const ANY = 'any'

/** Reads `seed=7&count=16&steps=50&solver=heun&label=3&guidance=1.5`, where `label` may be `any`; what is missing or not on offer comes from `otherwise`. */
export function readAddress(hash: string, otherwise: Address): Address {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  const count = Number(fields.get('count'))
  const steps = Number(fields.get('steps'))
  const solver = SOLVERS.find((name) => name === fields.get('solver'))
  const guidance = Number(fields.get('guidance') ?? NaN)
  return {
    seed: fields.get('seed') ?? otherwise.seed,
    count: COUNTS.includes(count) ? count : otherwise.count,
    steps: Number.isInteger(steps) && steps >= STEPS.min && steps <= STEPS.max ? steps : otherwise.steps,
    solver: solver ?? otherwise.solver,
    label: readLabel(fields.get('label'), otherwise.label),
    guidance: guidance >= GUIDANCE.min && guidance <= GUIDANCE.max ? guidance : otherwise.guidance
  }
}

/** A digit; undefined, which is any, for `any`. */
export function readLabel(text: string | null, otherwise: number | undefined): number | undefined {
  if (text === ANY) return undefined
  return text !== null && /^\d$/.test(text) ? Number(text) : otherwise
}

export const writeLabel = (label: number | undefined): string => (label === undefined ? ANY : String(label))

export function writeAddress({ seed, count, steps, solver, label, guidance }: Address): string {
  const told = { label: writeLabel(label), guidance: String(guidance) }
  const fields = { seed, count: String(count), steps: String(steps), solver, ...told }
  return `#${new URLSearchParams(fields).toString()}`
}

/** The number that a seed field holds; NaN, which the flow refuses with its reason, for what is none. */
export function seedOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text)
}
