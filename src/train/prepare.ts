import { GaussflowError } from '../error.ts'
import { show } from '../schema/validate.ts'
import { checkWeights } from '../network/weights.ts'
import type { Examples } from './batches.ts'
import { checkConditions, checkData, checkNoise, roundingOf, toStates } from './data.ts'
import { layoutOf } from './layout.ts'
import type { TrainOptions } from './options.ts'
import type { TrainingSettings } from './settings.ts'

/** What a run learns from, and what it is judged by where rows are held out. */
export interface Lesson {
  readonly examples: Examples
  readonly judge: Examples | undefined
}

/** Checks what goes with the settings, and brings the rows into units of the states. */
export function prepare(options: TrainOptions, settings: TrainingSettings): Lesson {
  const { data, heldOut, conditions = [], heldOutConditions = [], noise, heldOutNoise } = options
  const { preprocessing, start } = options
  const { architecture, dequantise, coupling, patience } = settings
  const { condition } = architecture
  checkData(data, heldOut, layoutOf(architecture).dim, preprocessing)
  checkConditions('conditions', conditions, data.count, condition)
  if (heldOut !== undefined) checkConditions('heldOutConditions', heldOutConditions, heldOut.count, condition)
  checkNoise('noise', noise, data)
  checkNoise('heldOutNoise', heldOutNoise, heldOut)
  if (noise !== undefined && coupling === 'optimal-transport')
    refuse('coupling', '`coupling` must be "independent" beside `noise`, which is coupled as it comes')
  if (patience !== undefined && heldOut === undefined)
    refuse('patience', '`patience` must be left out without `heldOut`, whose loss it watches')
  checkCount('evaluateEvery', options.evaluateEvery)
  checkCount('samples', options.samples)
  if (start !== undefined) checkWeights(architecture, start)

  const rounding = roundingOf(dequantise, data, preprocessing)
  const examples = { states: toStates(data, preprocessing), told: conditions, noise, rounding }
  if (heldOut === undefined) return { examples, judge: undefined }
  const states = toStates(heldOut, preprocessing)
  return { examples, judge: { states, told: heldOutConditions, noise: heldOutNoise, rounding } }
}

/** @throws GaussflowError for what is given and does not count anything */
export function checkCount(path: string, count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count > 0)) return
  refuse(path, `\`${path}\` must be an integer of at least 1, got ${show(count)}`)
}

function refuse(path: string, message: string): never {
  throw new GaussflowError('invalid_argument', message, { path })
}
