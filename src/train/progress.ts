import type { Batch } from '../types.ts'

/** What a run says of itself as it goes. */
export interface Progress {
  /** Steps done, of how many. */
  readonly step: number
  readonly steps: number
  /** The mean loss of the steps since the last report. */
  readonly loss: number
  /** The held-out loss of the averaged weights when it was last evaluated. */
  readonly heldOutLoss: number | undefined
  readonly secondsPerStep: number
  readonly secondsLeft: number
}

/** A point of the loss curve. */
export interface CurvePoint {
  readonly step: number
  readonly loss: number
  readonly heldOutLoss?: number
}

/** How far samples were from held-out rows after some steps, in units of the flow's states. */
export interface ValidationPoint {
  readonly step: number
  /** Unbiased; 0 on average of samples from the law of the rows. */
  readonly energyDistance: number
  /** W2 along a line, the root mean square over 128 lines. */
  readonly slicedWasserstein: number
}

/** Samples of the averaged weights after some steps, in data units; the same noise every time. */
export interface Drawing {
  readonly step: number
  readonly points: Batch
  /** Left out where fewer than two rows are held out, or fewer than two samples arrived. */
  readonly validation?: ValidationPoint
}

/** One line: `step 1200/9500  loss 0.2310  held out 0.2166  418 ms/step  57 min left`. */
export function progressLine({
  step,
  steps,
  loss,
  heldOutLoss,
  secondsPerStep,
  secondsLeft
}: Progress): string {
  const heldOut = heldOutLoss === undefined ? '' : `  held out ${heldOutLoss.toFixed(4)}`
  const speed = `${(secondsPerStep * 1000).toPrecision(3)} ms/step`
  return `step ${step}/${steps}  loss ${loss.toFixed(4)}${heldOut}  ${speed}  ${duration(secondsLeft)} left`
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
