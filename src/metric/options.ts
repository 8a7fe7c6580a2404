import * as v from 'valibot'
import { SeedSchema } from '../schema/request.ts'

const above0 = 'must be a finite number above 0'
export const PositiveSchema = v.pipe(v.number(above0), v.finite(above0), v.gtValue(0, above0))

/** An integer of at least `min`. */
export const integerFrom = (min: number) => {
  const message = `must be an integer of at least ${min}`
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(min, message))
}

/** The order of a Wasserstein distance: W1 of distances, or W2 of their squares. */
export const order = { order: v.optional(v.picklist([1, 2]), 2) }

/** The most bytes that a matrix of all pairs may take; the default is 1 GiB. */
export const memoryLimit = { memoryLimit: v.optional(integerFrom(1), 2 ** 30) }

export const seed = { seed: v.optional(SeedSchema, 0) }

/** Whether a row is paired with itself: not, so that the mean of the estimate is right, or so that it is a squared distance. */
export const estimate = {
  estimate: v.optional(v.picklist(['unbiased', 'v-statistic']), 'unbiased')
}
