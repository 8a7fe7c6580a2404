/** Stable, machine-readable causes of a failure. The worker maps each to one HTTP status. */
export const ERROR_CODES = [
  'invalid_argument', // a field is missing, of the wrong type or out of range
  'shape_mismatch', // an array does not have the shape the flow asks for
  'not_finite', // NaN or infinity where a number is needed
  'unknown_model', // no model of that name or at that place
  'invalid_model', // a flow file, manifest or weights file that cannot be used
  'invalid_file', // an input file that is not what its name says
  'over_limit', // more memory or work than is allowed
  'closed', // the flow was closed
  'unsupported', // the flow or this platform cannot do that
  'aborted' // stopped at the caller's wish
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * The only error this library throws on purpose; anything else is a bug in it.
 *
 * `message` is one sentence: the field, what it must be, what it was, and the fix where there is one.
 * `path` names the field at fault in the vocabulary of the request, such as `input[3][0]` or `target.weights`.
 */
export class GaussflowError extends Error {
  override readonly name = 'GaussflowError'
  readonly code: ErrorCode
  readonly path: string | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { path?: string } = {}) {
    super(message, options)
    this.code = code
    this.path = options.path
  }
}
