/**
 * Training with TensorFlow.js, in Node: what `gaussflow/train` exports.
 *
 * @module
 */
export { splitData } from './batches.ts'
export { removeCheckpoint } from './checkpoint.ts'
export { lossPlot } from './lossPlot.ts'
export type { Preprocessing } from './data.ts'
export { trainedFlow, trainingRecord, writeManifest, writeModel, type Draft } from './model.ts'
export type { StoppedBy, TrainOptions, TrainResult } from './options.ts'
export {
  progressLine,
  type CurvePoint,
  type Drawing,
  type Progress,
  type ValidationPoint
} from './progress.ts'
export { reflow, type ReflowOptions, type ReflowResult } from './reflow.ts'
export type { Standardise } from '../schema/standardise.ts'
export { standardisation } from './standardise.ts'
export { straightnessOf, type Straightness } from './straightness.ts'
export { train } from './train.ts'
