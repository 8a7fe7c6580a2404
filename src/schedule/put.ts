import type { ScheduleName } from '../schema/flowFile.ts'
import { expectAddress, type Core } from '../wasm/core.ts'
import { scheduleOf } from './index.ts'

/** Puts a schedule into the core and returns the address of its record. */
export function putSchedule(core: Core, schedule: ScheduleName): number {
  return expectAddress(core.newSchedule(scheduleOf(schedule).id, 0, 0))
}
