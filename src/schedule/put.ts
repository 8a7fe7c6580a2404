import type { ScheduleSpec } from '../schema/schedule.ts'
import { expectAddress, putF64, type Core } from '../wasm/core.ts'
import { checkSchedule, formulaOf } from './formula.ts'
import type { CoreSchedule } from './schedule.ts'

/** Puts a schedule into the core and returns the address of its record. Of those in tables, few flows know: their part is fetched. */
export async function putSchedule(core: Core, spec: ScheduleSpec): Promise<number> {
  const checked = checkSchedule(spec)
  const own: CoreSchedule =
    checked.kind === 'custom' ? (await import('./table.ts')).tabulated(checked).core : formulaOf(checked).core
  if ('knots' in own) return expectAddress(core.newTable(own.cells, putF64(core, own.knots)))
  return expectAddress(core.newSchedule(own.kind, own.p ?? 0, own.q ?? 0))
}
