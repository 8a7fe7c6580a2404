import * as v from 'valibot'
import { GaussflowError, type ErrorCode } from '../error.ts'

type Issue = v.BaseIssue<unknown>
type Schema<T> = v.GenericSchema<unknown, T>

/**
 * Checks a value against a schema and returns it with its defaults filled in.
 *
 * @param path where the value itself stands in the request, such as `target`; empty for a whole request.
 * @throws GaussflowError `code`, naming the first field at fault: what it must be and what it was.
 */
export function validate<T>(
  schema: Schema<T>,
  value: unknown,
  path = '',
  code: ErrorCode = 'invalid_argument'
): T {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  const issue = whole(deepest(result.issues[0]))
  const at = dotPath(path, issue)
  throw new GaussflowError(code, sentence(issue, at), at === '' ? {} : { path: at })
}

/** Where every branch of a union failed, the one that got furthest is the one that was meant. */
function deepest(issue: Issue): Issue {
  const inner = issue.type === 'union' ? (issue.issues ?? []) : []
  const best = inner.reduce<Issue | undefined>(
    (far, next) => (depth(next) > depth(far) ? next : far),
    undefined
  )
  if (best === undefined || depth(best) === 0) return issue
  const found = deepest(best)
  return { ...found, path: [...(issue.path ?? []), ...(found.path ?? [])] as Issue['path'] }
}

/** An item that a tuple has no place for is the tuple's fault, not its own. */
function whole(issue: Issue): Issue {
  if (issue.type !== 'strict_tuple' || issue.expected !== 'never') return issue
  const path = issue.path ?? []
  return { ...issue, input: path.at(-1)?.input, path: path.slice(0, -1) as unknown as Issue['path'] }
}

function depth(issue: Issue | undefined): number {
  return issue?.path?.length ?? 0
}

/** `target.means[1][0]`, as a reader would write it. */
function dotPath(start: string, { path }: Issue): string {
  return (path ?? []).reduce((text, { key }) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, start)
}

function sentence(issue: Issue, at: string): string {
  const name = at === '' ? 'the value' : `\`${at}\``
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return `${name} ${issue.message}`
  }
  if (issue.type === 'strict_object' && issue.input === undefined) return `${name} is required`
  return `${name} ${requirement(issue)}, got ${show(issue.input)}`
}

function requirement({ type, message, expected, requirement, input }: Issue): string {
  const unit = typeof input === 'string' ? 'character' : 'item'
  if (message.startsWith('must ')) return message
  switch (type) {
    case 'number':
    case 'finite':
      return 'must be a finite number'
    case 'integer':
      return 'must be an integer'
    case 'min_value':
      return `must be at least ${String(requirement)}`
    case 'max_value':
      return `must be at most ${String(requirement)}`
    case 'gt_value':
      return `must be greater than ${String(requirement)}`
    case 'lt_value':
      return `must be less than ${String(requirement)}`
    case 'min_length':
      return `must have at least ${String(requirement)} ${unit}${requirement === 1 ? '' : 's'}`
    case 'max_length':
      return `must have at most ${String(requirement)} ${unit}s`
    case 'array':
    case 'strict_tuple':
      return 'must be an array'
    case 'strict_object':
    case 'record':
      return 'must be an object'
    case 'string':
      return 'must be a string'
    default:
      return `must be ${alternatives(expected)}`
  }
}

const TYPES: Readonly<Record<string, string>> = {
  Array: 'an array',
  Object: 'an object',
  number: 'a number',
  string: 'a string'
}

/** `("a" | "b")` as `"a" or "b"`. */
function alternatives(expected: string | null): string {
  const options = (expected ?? 'something else').replace(/[()]/g, '').split(' | ')
  return options.map((option) => TYPES[option] ?? option).join(' or ')
}

/** A value as it would be typed, cut where it is long. */
export function show(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value)
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return typeof value
  let text: string
  try {
    // An object whose toJSON returns undefined has no text, whatever the types say.
    const json: unknown = JSON.stringify(value)
    text = typeof json === 'string' ? json : typeof value
  } catch {
    text = 'an object that refers to itself'
  }
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
