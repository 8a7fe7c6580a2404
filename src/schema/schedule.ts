import * as v from 'valibot'
import { fields } from './fields.ts'

/** The schedules that have a name; each may stand for itself with its usual parameters. */
export const SCHEDULE_NAMES = ['linear', 'trigonometric', 'follmer', 'vp', 've', 'polynomial'] as const
export type ScheduleName = (typeof SCHEDULE_NAMES)[number]

const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(finite, v.gtValue(0))
const product = "must be a finite number (the product a a', which is finite at t = 1 even where a' is not)"

const knots = <T extends v.GenericSchema<number>>(value: T) =>
  v.pipe(v.array(value), v.minLength(17), v.maxLength(16385))

const Named = v.picklist(SCHEDULE_NAMES)
const Plain = fields({ kind: v.picklist(['linear', 'trigonometric', 'follmer']) })
const VariancePreserving = fields({
  kind: v.literal('vp'),
  betaMin: v.optional(v.pipe(finite, v.minValue(0)), 0.1),
  betaMax: v.optional(v.pipe(positive, v.maxValue(1000)), 20)
})
const VarianceExploding = fields({
  kind: v.literal('ve'),
  sigmaMin: v.optional(positive, 0.01),
  sigmaMax: v.optional(v.pipe(positive, v.maxValue(1e6)), 50)
})
const Polynomial = fields({
  kind: v.literal('polynomial'),
  power: v.optional(v.pipe(finite, v.minValue(1), v.maxValue(64)), 2)
})
/** The values of a custom schedule at t = i / n: a, the product a a', b and b'. */
const Custom = fields({
  kind: v.literal('custom'),
  a: knots(finite),
  aDa: knots(v.pipe(v.number(product), v.finite(product))),
  b: knots(finite),
  db: knots(finite)
})

/** How noise turns into data: a name, or a kind with its parameters. */
export const ScheduleSchema = v.union([
  Named,
  v.variant('kind', [Plain, VariancePreserving, VarianceExploding, Polynomial, Custom])
])

/** A schedule as a flow file says it. */
export type ScheduleSpec = v.InferInput<typeof ScheduleSchema>
/** The same with all parameters filled in. */
export type CheckedSchedule = Exclude<v.InferOutput<typeof ScheduleSchema>, string>
export type CustomSpec = v.InferOutput<typeof Custom>
