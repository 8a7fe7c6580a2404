import type { BaseIssue, BaseSchema, InferOutput } from 'valibot'
import { GaussflowError } from '../error.ts'
import { validate } from '../schema/validate.ts'
import { numeral } from './arguments.ts'
import { UsageError, type Arguments, type Options } from './command.ts'

/** The flags of every command that integrates the flow. */
export const SOLVING: Options = {
  solver: { value: 'NAME', description: "euler, heun or rk4 (default: the model's own choice, or heun)" },
  steps: {
    value: 'N',
    description: "steps from one end to the other (default: the model's own choice, or 50)"
  }
}

type ObjectSchema = BaseSchema<unknown, object, BaseIssue<unknown>> & { readonly entries: object }

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
  const values = Object.fromEntries(given.map((name) => [name, numeral(flags[name])]))
  return asUsage(() => validate(schema, values))
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
