import { getSystemErrorMessage } from 'node:util'
import { GaussflowError } from '../error.ts'
import { UsageError } from './command.ts'

export const OK = 0
const FAILED = 1
export const USAGE = 2

/** The exit status and the one line that an error ends the program with. */
export function describeFailure(error: unknown): { status: number; line: string } {
  if (error instanceof UsageError) return { status: USAGE, line: oneLine(error.message) }
  if (error instanceof GaussflowError) return { status: FAILED, line: oneLine(error.message) }
  if (isSystemError(error))
    return {
      status: FAILED,
      line: oneLine(`${error.path ?? error.syscall} cannot be used: ${reasonOf(error)}`)
    }
  const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { status: FAILED, line: oneLine(`unexpected ${name}; this is a bug, GAUSSFLOW_DEBUG=1 shows where`) }
}

/** What the operating system objected to, in its own words: `no such file or directory`. */
export function reasonOf({ errno, message }: NodeJS.ErrnoException): string {
  return errno === undefined ? message : getSystemErrorMessage(errno)
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ')
