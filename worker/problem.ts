import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import { GaussflowError, type ErrorCode } from '../src/error.ts'

/** What can be wrong with a request before one of its fields is read, or with the worker itself. */
export type HttpCode =
  | 'malformed_json'
  | 'unknown_route'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'internal'

export type ProblemCode = ErrorCode | HttpCode

export const STATUS = {
  invalid_argument: 400,
  shape_mismatch: 400,
  not_finite: 400,
  invalid_model: 400,
  invalid_file: 400,
  malformed_json: 400,
  unknown_model: 404,
  unknown_route: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  body_too_large: 413,
  unsupported_media_type: 415,
  over_limit: 422,
  unsupported: 422,
  internal: 500,
  closed: 500, // the worker opens and closes flows itself, so a closed one is its own mistake
  aborted: 503
} as const satisfies Record<ProblemCode, number>

const TITLE: Record<ProblemCode, string> = {
  invalid_argument: 'A field is missing or out of range',
  shape_mismatch: 'An array does not have the shape that the flow asks for',
  not_finite: 'A number is not finite',
  invalid_model: 'The flow file cannot be used',
  invalid_file: 'The body is not what its content type says',
  malformed_json: 'The body is not JSON',
  unknown_model: 'There is no such model',
  unknown_route: 'There is no such route',
  method_not_allowed: 'The route does not answer this method',
  not_acceptable: 'The answer cannot be given in an accepted form',
  body_too_large: 'The body is too large',
  unsupported_media_type: 'The body comes in a form that the route does not read',
  over_limit: 'The request asks for more than one request may take',
  unsupported: 'The flow cannot do that here',
  internal: 'Something broke on our side',
  closed: 'Something broke on our side',
  aborted: 'The request was stopped'
}

interface ProblemOptions extends ErrorOptions {
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A refusal that belongs to HTTP; those of the library are `GaussflowError`s. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly code: HttpCode
  readonly path: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: HttpCode, message: string, { path, headers = {}, ...options }: ProblemOptions = {}) {
    super(message, options)
    this.code = code
    this.path = path
    this.headers = headers
  }
}

/** A problem document, RFC 9457. `code` is the stable name of what went wrong, `path` the field at fault. */
function problem(c: Context, code: ProblemCode, detail: string, { path, headers = {} }: ProblemOptions = {}) {
  const status = STATUS[code]
  const type = `urn:gaussflow:problem:${code}`
  const body = { type, title: TITLE[code], status, detail, code, path, instance: c.req.path }
  return c.body(JSON.stringify(body), status, { ...headers, 'content-type': 'application/problem+json' })
}

/** Everything thrown in a handler leaves the worker here; what nobody threw on purpose says nothing of its insides. */
export const onError: ErrorHandler = (error, c) => {
  if (error instanceof GaussflowError) return problem(c, error.code, error.message, { path: error.path })
  if (error instanceof HttpError) return problem(c, error.code, error.message, error)
  console.error(error)
  return problem(c, 'internal', 'the request failed for a reason that is not in it; try again later')
}

export const onUnknownRoute: NotFoundHandler = (c) =>
  problem(c, 'unknown_route', `there is nothing at ${c.req.path}; GET /v1/models lists the models`)
