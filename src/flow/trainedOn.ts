import type { ScheduleSpec } from '../schema/schedule.ts'

/** The schedule that a network was trained on, where it is another than its flow's. */
export function otherSchedule(
  flow: ScheduleSpec,
  trained: ScheduleSpec | undefined
): ScheduleSpec | undefined {
  return JSON.stringify(flow) === JSON.stringify(trained) ? undefined : trained
}
