import { extname } from 'node:path'
import { UsageError } from './command.ts'

const FORMATS = ['json', 'npy', 'csv', 'png'] as const
export type Format = (typeof FORMATS)[number]

/**
 * The format of a file by the end of its name.
 *
 * @throws UsageError that names the formats there are
 */
export function formatOf(field: string, path: string, formats: readonly Format[] = FORMATS): Format {
  const extension = extname(path).slice(1).toLowerCase()
  const format = formats.find((known) => known === extension)
  if (format !== undefined) return format
  const names = formats.map((known) => `.${known}`)
  throw new UsageError(
    `\`${field}\` must end in ${names.slice(0, -1).join(', ')} or ${names.at(-1)}, got ${path}`
  )
}
