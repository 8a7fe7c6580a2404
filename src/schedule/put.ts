import type { ScheduleSpec } from '../schema/schedule.ts'
import { expectAddress, putF64, type Core } from '../wasm/core.ts'
import { scheduleOf } from './index.ts'

/** Puts a schedule into the core and returns the address of its record. */
export function putSchedule(core: Core, spec: ScheduleSpec): number {
  const { core: own } = scheduleOf(spec)
  if ('knots' in own) return expectAddress(core.newTable(own.cells, putF64(core, own.knots)))
  return expectAddress(core.newSchedule(own.kind, own.p ?? 0, own.q ?? 0))
}
