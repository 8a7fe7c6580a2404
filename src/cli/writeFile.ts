import { constants } from 'node:fs'
import { access, open, realpath, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GaussflowError } from '../error.ts'
import { isSystemError, reasonOf } from './failure.ts'

/**
 * Writes a file beside its place and renames it there once it is whole, so that nothing half-written is ever seen;
 * what was there before stays when writing fails.
 */
export async function writeWhole(path: string, chunks: Iterable<string | Uint8Array>): Promise<void> {
  // A link is followed: what it names is replaced, not the link.
  const place = await realpath(path).catch(() => path)
  const draft = `${place}.${process.pid}.new`
  try {
    const file = await open(draft, 'w')
    try {
      for (const chunk of chunks) await file.writeFile(chunk)
    } finally {
      await file.close()
    }
    await rename(draft, place)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw unwritable(path, error)
  }
}

/** Refuses a file that could not be written anyway, before the work for it is done. */
export async function checkFolder(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK)
  } catch (error) {
    throw unwritable(path, error)
  }
}

function unwritable(path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error
  const message = `\`out\` must be a file that can be written, got ${path} (${reasonOf(error)})`
  return new GaussflowError('invalid_argument', message, { path: 'out', cause: error })
}
