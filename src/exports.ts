// A flow carries points between noise and data…
export type {
  Flow,
  Points,
  SampleOptions,
  TransportOptions,
  TransportResult,
  VelocityResult
} from './flow/flow.ts'
export type { OpenFlow, OpenOptions } from './flow/open.ts'
export type { ModelFiles, ModelSource } from './flow/source.ts'
export type { Batch, RowStatus, Tensor, Tensors } from './types.ts'

// …along a schedule, by a solver…
export { linear, schedules, trigonometric, type Coefficients, type Schedule } from './schedule/index.ts'
export { euler, heun, rk4, solvers, type Tableau } from './solver/index.ts'

// …as a flow file, a manifest or a request describes it…
export {
  FlowFileSchema,
  SCHEDULE_NAMES,
  type FlowFile,
  type ScheduleName,
  type Target
} from './schema/flowFile.ts'
export { ManifestSchema, type Manifest } from './schema/manifest.ts'
export { SOLVER_NAMES, type SolverName } from './schema/request.ts'
export type { Activation, Architecture, ImageShape } from './schema/architecture.ts'

// …with its numbers in files that others read.
export { toBatch, toRows } from './io/batch.ts'
export { formatCsv, parseCsv, type Table } from './io/csv.ts'
export { formatNpy, parseNpy } from './io/npy.ts'
export { formatSafetensors, parseSafetensors, safetensorsMetadata } from './io/safetensors.ts'

export { ERROR_CODES, GaussflowError, type ErrorCode } from './error.ts'
