import type { Flow, TransportOptions, TransportResult } from '../flow/flow.ts'
import { openFlow } from '../index.ts'
import { KERNELS, type Kernel } from '../platform/platform.ts'
import type { ImageShape } from '../schema/architecture.ts'
import { onlyPositional } from './arguments.ts'
import { UsageError, type Arguments, type Io, type Options } from './command.ts'
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
  }
}

/** Opens the model that a command names. */
export async function openModel(args: Arguments): Promise<Flow> {
  const { kernel } = args.flags
  if (kernel === undefined) return await openFlow(onlyPositional(args, 'model'))
  if (!KERNELS.some((name) => name === kernel))
    throw new UsageError(`\`kernel\` must be ${KERNELS.join(' or ')}, got ${String(kernel)}`)
  return await openFlow(onlyPositional(args, 'model'), { kernel: kernel as Kernel })
}

/** What the model's data are; latents have no such meaning. */
export function meaningOf({ manifest }: Flow): Meaning {
  const data = manifest?.data
  if (data?.kind === 'image') return { image: data.shape }
  return data?.columns === undefined ? {} : { columns: data.columns }
}

/** Integrates under a progress line, and says on the standard error when rows diverged. */
export function integrate(
  io: Io,
  run: (onProgress: NonNullable<TransportOptions['onProgress']>) => TransportResult
): TransportResult {
  const line = statusLine(io)
  try {
    const result = run((done, total) => line.update(`step ${done} of ${total}`))
    const diverged = result.status.filter((status) => status !== 'ok').length
    line.end()
    if (diverged > 0)
      io.report(
        `${diverged} of ${result.count} rows did not arrive: ${[...new Set(result.status)].filter((status) => status !== 'ok').join(', ')}\n`
      )
    return result
  } finally {
    line.end()
  }
}
