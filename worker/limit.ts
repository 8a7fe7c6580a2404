import { GaussflowError } from '../src/error.ts'
import type { Cost } from '../src/flow/cost.ts'
import type { Tracing } from '../src/flow/probes.ts'
import { branchesOf } from '../src/network/condition.ts'
import { evaluationsOf, type Solving } from '../src/flow/solving.ts'

/** Numbers that one request may send, or get back: 668 digits, or 8 MiB of JSON. */
export const MAX_VALUES = 2 ** 19

/** Bytes of a request's body. */
export const MAX_BODY = 8 * 2 ** 20

/**
 * The work of one request, in the units of `Cost`: about eight seconds at the 25 GFLOP/s of a fast core, so that a slow one
 * stays within a worker's 30 s of CPU. Counted, never timed: a worker's clock stands still while it computes.
 */
export const MAX_WORK = 2e11

const DOUBLE = 8 // an operation in 64 bits of plain code, in the units of `Cost`

export interface Work {
  /** The field that sets the number of rows. */
  readonly field: 'count' | 'input'
  readonly rows: number
  readonly dim: number
  /** How the rows are integrated; undefined for one evaluation. */
  readonly solving?: Solving
  /** Whether the error is estimated, by a second run. */
  readonly error?: boolean
  /** Derivatives of the velocity for each evaluation, each about as much work as the velocity. */
  readonly derivatives?: number
  /** How often the velocity is evaluated for a row, where that is not a solver's to say. */
  readonly evaluations?: number
  /** Of a network that is told something: how much that weighs. */
  readonly guidance?: number | undefined
}

/** One for each probe, or for each coordinate where the divergence is exact. */
export function derivativesOf(tracing: Tracing | undefined, dim: number): number {
  return tracing === undefined ? 0 : tracing.k || dim
}

/** @throws GaussflowError `over_limit` that names the largest request that fits. */
export function checkWork({ perRow, shared }: Cost, work: Work): void {
  const { field, rows, dim, solving, error = false, derivatives = 0, guidance } = work
  const row = perRow * branchesOf(guidance) * (1 + derivatives)
  const evaluations = solving === undefined ? (work.evaluations ?? 1) : evaluationsOf(solving, error)
  const byWork = Math.floor((MAX_WORK / evaluations - shared) / row)
  const byValues = Math.floor(MAX_VALUES / dim)
  const most = Math.min(byWork, byValues)
  if (rows <= most) return
  const steps = solving === undefined ? 1 : solving.kind === 'grid' ? solving.steps : solving.maxSteps
  const name = solving?.kind === 'adaptive' ? 'maxSteps' : 'steps'
  const fix = byWork < byValues ? `fewer rows, or fewer than ${steps} ${name}` : 'fewer rows'
  if (most >= 1) {
    const requirement = field === 'count' ? `be at most ${most}` : `have at most ${most} rows`
    throw overLimit(field, `\`${field}\` must ${requirement} in this request, got ${rows}; ask for ${fix}`)
  }
  const mostSteps = Math.floor((MAX_WORK / (row + shared)) * (steps / evaluations))
  if (byValues < 1 || mostSteps < 1)
    throw overLimit('model', '`model` must be smaller: one row of it is more than one request may ask for')
  throw overLimit(name, `\`${name}\` must be at most ${mostSteps} for one row of this model, got ${steps}`)
}

/**
 * An imputation by its formula.
 *
 * @throws GaussflowError `over_limit` that names the most rows that fit.
 */
export function checkFormula(rows: number, perRow: number): void {
  const most = Math.floor(MAX_WORK / (DOUBLE * perRow))
  if (rows <= most) return
  if (most < 1)
    throw overLimit('model', '`model` must be smaller: one row of it is more than one request may ask for')
  throw overLimit(
    'input',
    `\`input\` must have at most ${most} rows in this request, got ${rows}; ask for fewer rows`
  )
}

/**
 * A certificate's measurements: on each sample about `evaluations`.
 *
 * @throws GaussflowError `over_limit` that names the most samples that fit.
 */
export function checkSamples({ perRow, shared }: Cost, samples: number, evaluations: number): void {
  const most = Math.floor((MAX_WORK / evaluations - shared) / perRow)
  if (samples <= most) return
  if (most < 1)
    throw overLimit(
      'steps',
      '`steps` must be fewer: one sample of this model is more than a request may ask for'
    )
  throw overLimit(
    'samples',
    `\`samples\` must be at most ${most} in this request, got ${samples}; ask for fewer samples or steps`
  )
}

/** @throws GaussflowError `over_limit` where even opening an inline flow file would take too long. */
export function checkOpening({ opening }: Cost): void {
  if (opening <= MAX_WORK) return
  throw overLimit(
    'model.target',
    '`model.target` must be smaller: it has too many or too large covariances for one request; use `stds`'
  )
}

/**
 * Counts the commas and opening brackets of a JSON text, which bound what parsing it allocates.
 *
 * @throws GaussflowError `over_limit`, before anything is allocated.
 */
export function checkValues(json: Uint8Array): void {
  let values = 0
  for (const byte of json) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values++
  const most = MAX_VALUES + MAX_VALUES / 8 // room for the brackets of rows
  if (values > most)
    throw overLimit(
      'input',
      `\`input\` must hold at most ${MAX_VALUES} numbers, got about ${values}; send it in parts`
    )
}

function overLimit(path: string, message: string): GaussflowError {
  return new GaussflowError('over_limit', message, { path })
}
