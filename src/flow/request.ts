import type { GenericSchema } from 'valibot'
import { GaussflowError } from '../error.ts'
import { show, validate } from '../schema/validate.ts'
import type { WatchingOptions } from './asked.ts'

/** The fields by their schema, which requests over HTTP share. */
export function checkFields<T extends object>(schema: GenericSchema<unknown, T>, options: object): T {
  return validate(schema, expectObject(options))
}

/** The same of long work, with the callbacks, which requests cannot have. */
export function checkOptions<T extends object>(
  schema: GenericSchema<unknown, T>,
  options: object
): T & WatchingOptions {
  const { onProgress, signal, ...request } = expectObject(options) as WatchingOptions
  const checked = validate(schema, request)
  if (onProgress !== undefined && typeof onProgress !== 'function')
    refuse('onProgress', `be a function, got ${show(onProgress)}`)
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse('signal', `be an AbortSignal, got ${show(signal)}`)
  return { ...checked, ...(onProgress && { onProgress }), ...(signal && { signal }) }
}

/** The indices of samples have 32 bits: past the last one they would start again from the first. */
export function checkDraw<T extends { readonly count: number; readonly first: number }>(request: T): T {
  const { count, first } = request
  if (first + count > 2 ** 32)
    refuse('first', `be at most ${2 ** 32 - count} for a count of ${count}, got ${first}`)
  return request
}

export function expectObject<T extends object>(options: T): T {
  if (typeof options === 'object' && (options as T | null) !== null && !Array.isArray(options)) return options
  throw new GaussflowError('invalid_argument', `the options must be an object, got ${show(options)}`)
}

/** Refuses the first of these fields that is given, rather than to ignore it. */
export function refuseGiven(fields: Readonly<Record<string, unknown>>, where: string, fix?: string): void {
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined)
      refuse(name, `be left out ${where}, got ${show(value)}${fix === undefined ? '' : `; ${fix}`}`)
}

export function refuse(path: string, requirement: string): never {
  throw new GaussflowError('invalid_argument', `\`${path}\` must ${requirement}`, { path })
}
