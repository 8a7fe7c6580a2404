// A flow carries points between noise and data…
export type {
  BetweenOptions,
  DrawOptions,
  Flow,
  Frame,
  InterpolateOptions,
  KernelMark,
  LogProbOptions,
  LogProbResult,
  Plan,
  Points,
  QuantityOptions,
  QuantityResult,
  SampleOptions,
  SampleResult,
  SolveReport,
  SolvingOptions,
  TangentOptions,
  TangentResult,
  TracingOptions,
  TrajectoryOptions,
  TransportOptions,
  TransportResult,
  VelocityOptions,
  VelocityResult
} from './flow/flow.ts'
export type { TellingOptions } from './flow/asked.ts'
export type { OpenFlow, OpenOptions } from './flow/open.ts'
export { KERNELS, type Kernel } from './platform/platform.ts'
export type { ModelFiles, ModelSource } from './flow/source.ts'
export { ROW_STATUS, type Batch, type RowStatus, type Tensor, type Tensors } from './types.ts'

// …along a schedule, by a solver…
export {
  customSchedule,
  follmer,
  linear,
  polynomial,
  reparametrize,
  scheduleOf,
  schedules,
  snr,
  sourceOf,
  timeOfSnr,
  trigonometric,
  varianceExploding,
  variancePreserving,
  type Coefficients,
  type Schedule,
  type Source
} from './schedule/index.ts'
export { solvers, tableaus, type Solver, type Tableau } from './solver/index.ts'
export { GRID_NAMES, SOLVER_NAMES, type GridName, type SolverName } from './schema/request.ts'

// …as a flow file, a manifest or a request describes it…
export {
  FlowFileSchema,
  TARGET_KINDS,
  type FlowFile,
  type Target,
  type TargetKind
} from './schema/flowFile.ts'
export { ManifestSchema, type Manifest } from './schema/manifest.ts'
export { SCHEDULE_NAMES, type ScheduleName, type ScheduleSpec } from './schema/schedule.ts'
export type { Activation, Architecture, ImageShape } from './schema/architecture.ts'

// …fills in what is missing, and says what is unlike its data…
export type { ImputeOptions, ImputeResult, IncompletePoints, Mask } from './flow/impute/options.ts'
export type {
  AnomalyMethod,
  AnomalyOptions,
  AnomalyResult,
  CalibrateOptions,
  Calibration
} from './flow/anomaly/options.ts'

// …and says what is certain of it…
export type { CertifyOptions, StepsOptions, StepsResult } from './flow/certificate/options.ts'
export type {
  Certificate,
  Curve,
  Hypothesis,
  Statement,
  StatementKind
} from './flow/certificate/statement.ts'
export { stands } from './flow/certificate/stands.ts'
export type { Assume } from './schema/certify.ts'

// …in batches of rows.
export { toBatch, toRows } from './io/batch.ts'

export { ERROR_CODES, GaussflowError, type ErrorCode } from './error.ts'
