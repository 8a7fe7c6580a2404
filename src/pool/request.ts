import type { GenericSchema } from 'valibot'
import type { TellingOptions, WatchingOptions } from '../flow/asked.ts'
import type { Flow } from '../flow/flow.ts'
import { OverMemory } from '../flow/memory.ts'
import { checkOptions } from '../flow/request.ts'
import { telling } from '../flow/told.ts'
import { AnomalyOptionsSchema } from '../schema/anomaly.ts'
import { BetweenOptionsSchema, LogProbOptionsSchema, TransportOptionsSchema } from '../schema/request.ts'
import type { Method, Piece } from './protocol.ts'
import { mostRows } from './split.ts'

/** The methods that take rows and give something for each. */
export type RowMethod = Exclude<Method, 'sample' | 'impute'>

const SCHEMAS: Readonly<Record<RowMethod, GenericSchema<unknown, TellingOptions>>> = {
  encode: TransportOptionsSchema,
  decode: TransportOptionsSchema,
  transport: BetweenOptionsSchema,
  logProb: LogProbOptionsSchema,
  anomaly: AnomalyOptionsSchema
}

/** The options of such a method, as a flow checks them. */
export function checkRowOptions(method: RowMethod, options: object): TellingOptions & WatchingOptions {
  return checkOptions(SCHEMAS[method], options)
}

/**
 * Checks what the rows are told before they are shared out, so that a label at fault is named by its row in the request.
 *
 * @throws GaussflowError as a flow does
 */
export function expectTold(
  { flowFile: { target } }: Pick<Flow, 'flowFile'>,
  asked: TellingOptions,
  count: number
): void {
  const { label, condition } = asked
  // Anomalies are found by all labels where none is given, and then guidance stands alone.
  if (label === undefined && condition === undefined) return
  telling({ condition: target.kind === 'network' ? target.architecture.condition : undefined }, asked, count)
}

/**
 * What a thread refused a piece with, said of the whole request: the memory of a thread holds a piece, and the pool as many rows
 * as all of its pieces. Draws are counted for each row, and then it is said for how many of them.
 */
export function ofRequest(error: unknown, { method, input }: Piece, count: number, threads: number): unknown {
  if (!(error instanceof OverMemory)) return error
  const { field, memoryLimit, got, most } = error
  if (method === 'impute')
    return new OverMemory(field, memoryLimit, `${got} for each of ${input?.count ?? 0} rows`, most)
  const whole = field === 'count' ? String(count) : `${count} rows`
  return new OverMemory(field, memoryLimit, whole, mostRows(most, count, threads))
}
