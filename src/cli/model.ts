import type { WatchingOptions } from '../flow/asked.ts'
import type { Flow } from '../flow/flow.ts'
import type { OpenOptions } from '../flow/open.ts'
import { openFlow } from '../index.ts'
import { openPool, type Pool } from '../pool/node.ts'
import { checkThreads } from '../pool/pool.ts'
import { KERNELS } from '../platform/platform.ts'
import type { ImageShape } from '../schema/architecture.ts'
import { SCHEDULE_NAMES } from '../schema/schedule.ts'
import type { RowStatus } from '../types.ts'
import { numeral, onlyPositional } from './arguments.ts'
import type { Arguments, Io, Options } from './command.ts'
import { asking, asUsage, choiceOf, type ObjectSchema } from './flags.ts'
import { statusLine } from './statusLine.ts'

/** What the coordinates of a point mean: the pixels of a picture, named columns, or neither. */
export interface Meaning {
  readonly image?: ImageShape
  readonly columns?: readonly string[]
}

/** The flags of every command that opens a model. */
export const OPENING: Options = {
  kernel: {
    value: 'NAME',
    description: "plain (default), relaxed (faster; last digits are the machine's own) or scalar (no SIMD)"
  },
  schedule: {
    value: 'NAME',
    description: `run the flow on another schedule than its own:\n${SCHEDULE_NAMES.join(', ')}`
  }
}

/** The flag of every command that carries rows. */
export const SHARING: Options = {
  threads: { value: 'N', description: 'share the rows out among so many threads (default 1); the same bytes' }
}

/** Opens the model that a command names, on several threads where it asks for them. */
export async function openRunner(args: Arguments): Promise<Flow | Pool> {
  const { threads } = args.flags
  if (threads === undefined) return await openModel(args)
  const count = numeral(threads)
  asUsage(() => {
    checkThreads(count)
  })
  return await openPool(onlyPositional(args, 'model'), { threads: Number(count), ...openingOf(args) })
}

/** Opens the model that a command names. */
export async function openModel(args: Arguments): Promise<Flow> {
  return await openFlow(onlyPositional(args, 'model'), openingOf(args))
}

function openingOf({ flags }: Arguments): OpenOptions {
  const schedule = choiceOf(flags, 'schedule', SCHEDULE_NAMES)
  const kernel = choiceOf(flags, 'kernel', KERNELS)
  return { ...(kernel && { kernel }), ...(schedule && { schedule }) }
}

/** What the model's data are; latents have no such meaning. */
export function meaningOf({ manifest }: Pick<Flow, 'manifest'>): Meaning {
  const data = manifest?.data
  if (data?.kind === 'image') return { image: data.shape }
  return data?.columns === undefined ? {} : { columns: data.columns }
}

/**
 * Integrates as a request of the schema says, under a progress line, and says on the standard error when rows diverged.
 *
 * @throws UsageError for a flag that the flow refuses
 */
export async function integrate<T extends { readonly status: readonly RowStatus[] }>(
  io: Io,
  schema: ObjectSchema,
  run: (onProgress: NonNullable<WatchingOptions['onProgress']>) => T | Promise<T>
): Promise<T> {
  const line = statusLine(io)
  try {
    const result = await asking(schema, () => run((done, total) => line.update(`step ${done} of ${total}`)))
    const diverged = result.status.filter((status) => status !== 'ok').length
    line.end()
    if (diverged > 0)
      io.report(
        `${diverged} of ${result.status.length} rows did not arrive: ${[...new Set(result.status)].filter((status) => status !== 'ok').join(', ')}\n`
      )
    return result
  } finally {
    line.end()
  }
}
