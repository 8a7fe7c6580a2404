import { GaussflowError } from '../error.ts'
import type { CustomSpec, ScheduleSpec } from '../schema/schedule.ts'
import type { OnnxOptions } from './onnx.ts'

/** What a network's output stands for: the velocity, the noise E[Z | X_t = x], or the data E[X_1 | X_t = x]. */
export type Prediction = 'velocity' | 'noise' | 'denoiser'

/** How other libraries say what this one says as X_t = a(t) Z + b(t) X_1, with noise at t = 0 and data at t = 1. */
export interface Conventions {
  /** The schedule that the network was trained on, in our direction of time. @default 'linear' */
  readonly schedule?: ScheduleSpec
  /** @default 'velocity' */
  readonly prediction?: Prediction
  /** Where the network has its noise: at its time 0, as here, or at the end of its time. @default 0 */
  readonly noiseAt?: 0 | 1
  /** What the network counts time in: 1000 for one that reads the steps 0 to 1000. @default 1 */
  readonly timeScale?: number
  /** The network reads X_1 + sigma Z and sigma itself, from 0 to this: its output must be the data or the noise. */
  readonly sigmaMax?: number
}

/** The conventions as what an import makes of the network, and what the flow file then says. */
export interface Convention {
  readonly network: Pick<OnnxOptions, 'timeScale' | 'timeShift' | 'outputScale'>
  readonly schedule: ScheduleSpec
  readonly trainedSchedule: ScheduleSpec | undefined
  readonly prediction: Prediction
  readonly until?: number
}

/** @throws GaussflowError `invalid_argument` for conventions that contradict each other */
export function conventionOf(conventions: Conventions): Convention {
  const { schedule = 'linear', prediction = 'velocity', noiseAt = 0, timeScale = 1, sigmaMax } = conventions
  if (!(Number.isFinite(timeScale) && timeScale > 0)) refuse('timeScale', 'must be greater than 0', timeScale)
  if (sigmaMax === undefined) {
    // Time runs backwards there: t' = 1 - t, and dx/dt = -dx/dt'.
    const backwards = noiseAt === 1
    return {
      network: {
        timeScale: backwards ? -timeScale : timeScale,
        timeShift: backwards ? timeScale : 0,
        outputScale: backwards && prediction === 'velocity' ? -1 : 1
      },
      schedule,
      trainedSchedule: undefined,
      prediction
    }
  }
  if (!(Number.isFinite(sigmaMax) && sigmaMax > 0)) refuse('sigmaMax', 'must be greater than 0', sigmaMax)
  if (prediction === 'velocity')
    refuse('prediction', 'must be noise or denoiser of a network that reads sigma', prediction)
  if (timeScale !== 1) refuse('timeScale', 'must be left out beside `sigmaMax`', timeScale)
  return {
    network: { timeScale: -sigmaMax, timeShift: sigmaMax },
    schedule,
    trainedSchedule: sigmaSchedule(sigmaMax),
    prediction,
    until: 1 - LEAST_SIGMA / sigmaMax
  }
}

const LEAST_SIGMA = 0.002 // as such networks are sampled to
const CELLS = 16 // of a table that is exact: a^2 is a square and b does not change

/** X_t = sigmaMax (1 - t) Z + X_1. */
function sigmaSchedule(sigmaMax: number): CustomSpec {
  const left = Array.from({ length: CELLS + 1 }, (_, i) => 1 - i / CELLS)
  return {
    kind: 'custom',
    a: left.map((s) => sigmaMax * s),
    aDa: left.map((s) => -(sigmaMax ** 2) * s),
    b: left.map(() => 1),
    db: left.map(() => 0)
  }
}

function refuse(path: string, requirement: string, got: unknown): never {
  throw new GaussflowError('invalid_argument', `\`${path}\` ${requirement}, got ${String(got)}`, { path })
}
