import type { Certifiable } from './backend.ts'

/** A number that shapes a target, set by a slider. */
export interface Knob {
  readonly label: string
  readonly min: number
  readonly max: number
  readonly start: number
}

/** A target as it lies in the plane: N(mean, diag(stds^2)) around each of some points. */
export interface Cloud {
  readonly means: readonly (readonly [number, number])[]
  readonly stds: readonly [number, number]
}

/** A target whose flow the page certifies. */
export interface Target {
  readonly says: string
  /** The digits have no picture in the plane, and nothing to set. */
  readonly knob?: Knob
  readonly cloud?: (size: number) => Cloud
  readonly model: (size: number) => Certifiable
}

const POINTS: readonly (readonly [number, number])[] = [
  [-1.6, -0.4],
  [-1.2, 0.9],
  [-0.3, 1.3],
  [0.2, -1.1],
  [0.9, 0.1],
  [1.5, 1],
  [1.7, -0.9],
  [-0.6, -1.5]
]
const CENTRES = [
  [-2, 0],
  [2, 0]
] as const
const MEAN = [0, 0] as const
const NARROW = 0.5

const TARGETS = {
  clusters: {
    says: 'Two Gaussians in the plane, at (−2, 0) and (2, 0). The narrower they are, the harder the current must tear them apart.',
    knob: { label: 'Width of each', min: 0.2, max: 2, start: 0.5 },
    cloud: (size) => ({ means: CENTRES, stds: [size, size] }),
    model: (size) =>
      flowTo({ kind: 'mixture', weights: [0.5, 0.5], means: rows(CENTRES), stds: [size, size] })
  },
  points: {
    says: 'Eight points, each blurred by a bandwidth. Without any, the flow cannot be followed to its end.',
    knob: { label: 'Bandwidth', min: 0, max: 1, start: 0.3 },
    cloud: (size) => ({ means: POINTS, stds: [size, size] }),
    model: (size) => flowTo({ kind: 'empirical', points: rows(POINTS), bandwidth: size })
  },
  gaussian: {
    says: 'One Gaussian: all that can be said of its flow is known in closed form, and the bounds are met.',
    knob: { label: 'Its longer half-axis', min: 0.5, max: 2.2, start: 2 },
    cloud: (size) => ({ means: [MEAN], stds: [size, NARROW] }),
    model: (size) =>
      flowTo({ kind: 'gaussian', mean: [...MEAN], covariance: [[size * size, 0], [0, NARROW * NARROW]] }) // prettier-ignore
  },
  digits: {
    says: 'The network that draws the digits above. The law that it learned is not known, so little is proved; what samples show takes some seconds.',
    model: () => 'digits'
  }
} as const satisfies Record<string, Target>

export type TargetName = keyof typeof TARGETS

export const targetOf = (name: TargetName): Target => TARGETS[name]

type FlowFile = Exclude<Certifiable, 'digits'>

function flowTo(target: FlowFile['target']): FlowFile {
  return { schedule: 'linear', target }
}

const rows = (points: readonly (readonly [number, number])[]): number[][] => points.map((point) => [...point])
