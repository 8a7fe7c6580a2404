import type { BaseIssue, BaseSchema, InferOutput } from 'valibot'
import { GaussflowError } from '../error.ts'
import { GRID_NAMES, SOLVER_NAMES } from '../schema/request.ts'
import { validate } from '../schema/validate.ts'
import { numeral } from './arguments.ts'
import { UsageError, type Arguments, type Options } from './command.ts'

/** The names, six on a line. */
function listed(names: readonly string[]): string {
  return names.map((name, i) => (i === 0 ? name : `${i % 6 === 0 ? ',\n' : ', '}${name}`)).join('')
}

/** The flags of every command that integrates the flow. */
export const SOLVING: Options = {
  solver: {
    value: 'NAME',
    description: `${listed(SOLVER_NAMES)}\n(default: the model's own choice, or heun; dopri5 with a tolerance)`
  },
  steps: {
    value: 'N',
    description: "steps from one end to the other (default: the model's own choice, or 50)"
  },
  grid: {
    value: 'NAME',
    description: `how the steps are spread: ${GRID_NAMES.join(', ')} (default uniform)`
  },
  times: { value: 'T,T,...', description: 'the times themselves, in place of --steps and --grid' },
  rtol: {
    value: 'E',
    description: 'error of a step in units of the state: bosh3, dopri5, tsit5 (default 1e-5)'
  },
  atol: { value: 'E', description: 'the same beside a state of 0 (default 1e-5)' },
  maxSteps: {
    value: 'N',
    description: 'the most steps that an adaptive solver tries for a row (default 1000)'
  },
  maxNfe: {
    value: 'N',
    description: 'the most evaluations of the velocity for a row, which stops there (default: no limit)'
  },
  error: {
    value: 'true|false',
    description:
      'whether to estimate the error, for half as much work again, or with\na tolerance one and a half times as much (default: not for samples;\nnever for --solver stochastic)'
  }
}

/** The flags of every command that finds a divergence. */
export const TRACING: Options = {
  divergence: {
    value: 'NAME',
    description: 'exact or hutchinson (default exact; hutchinson with --probes or --probeKind)'
  },
  probes: { value: 'N', description: 'random probes of the divergence (default 16)' },
  probeKind: { value: 'NAME', description: 'rademacher (default) or gaussian' }
}

/** The flags of every command that asks a network which may be told something. */
export const TELLING: Options = {
  label: {
    value: 'N',
    description: 'what a network is told: a label, or with commas one a row'
  },
  condition: {
    value: 'X,X,...',
    description: 'the same of one that is told numbers; semicolons between rows'
  },
  guidance: {
    value: 'W',
    description: 'v_none + W (v_told - v_none) (default 1; others take twice the work)'
  },
  guidanceInterval: { value: 'T,T', description: 'the times between which --guidance holds (default 0,1)' }
}

export type ObjectSchema = BaseSchema<unknown, object, BaseIssue<unknown>> & { readonly entries: object }

/**
 * The fields of a schema, read from the flags of the same names; a flag that reads as a number is one.
 *
 * @throws UsageError in the schema's own words
 */
export function flagsOf<Schema extends ObjectSchema>(
  { flags }: Arguments,
  schema: Schema
): InferOutput<Schema> {
  const given = Object.keys(schema.entries).filter((name) => flags[name] !== undefined)
  const values = Object.fromEntries(given.map((name) => [name, valueOf(name, flags[name])]))
  return asUsage(() => validate(schema, values))
}

const LISTS = ['times', 'frames', 'weights', 'guidanceInterval', 'methods']
const ONE_OR_LIST = ['label', 'noiseStd']
const NAMES = ['float'] // lists of words

/** The value as the schemas want it: numbers, yes or no, and lists of numbers where a field is one. */
function valueOf(name: string, text: string | true | undefined): unknown {
  if (typeof text === 'string') {
    if (NAMES.includes(name)) return text.split(',').map((part) => part.trim())
    if (LISTS.includes(name) || (ONE_OR_LIST.includes(name) && text.includes(','))) return listOf(text)
    if (name === 'condition') return text.includes(';') ? text.split(';').map(listOf) : listOf(text)
  }
  if (text === 'true' || text === 'false') return text === 'true'
  return numeral(text)
}

/** Words between commas, those that read as numbers as numbers. */
export const listOf = (text: string): unknown[] => text.split(',').map((part) => numeral(part.trim()))

/**
 * Asks the flow what the flags say. The model and the points are read by then, so that an argument refused under the name of
 * a field of the request is a flag, and the call was wrong. Whatever else is refused is a failure.
 *
 * @throws UsageError in the library's own words
 */
export async function asking<T>(
  { entries }: { readonly entries: object },
  ask: () => T | Promise<T>
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof GaussflowError) || error.code !== 'invalid_argument') throw error
    const [field] = (error.path ?? '').split(/[.[]/)
    if (!Object.hasOwn(entries, field)) throw error
    throw new UsageError(error.message, { cause: error })
  }
}

/** Runs a check of the arguments, whose refusal is a wrong call and not a failure. */
export function asUsage<T>(check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (error instanceof GaussflowError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** The number that a flag gives. @throws UsageError for what is none */
export function numberOf(flags: Arguments['flags'], name: string): number | undefined {
  if (flags[name] === undefined) return undefined
  const value = numeral(flags[name])
  if (typeof value === 'number') return value
  throw new UsageError(`\`${name}\` must be a number, got ${String(value)}`)
}

/** The one of these words that a flag gives. @throws UsageError for another */
export function choiceOf<T extends string>(
  flags: Arguments['flags'],
  name: string,
  choices: readonly T[]
): T | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  const found = choices.find((choice) => choice === value)
  if (found !== undefined) return found
  throw new UsageError(`\`${name}\` must be ${choices.join(' or ')}, got ${String(value)}`)
}
