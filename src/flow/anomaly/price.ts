import type { AnomalyFields } from '../../schema/anomaly.ts'
import type { FlowFile } from '../../schema/flowFile.ts'
import type { Manifest } from '../../schema/manifest.ts'
import type { Calibration } from './options.ts'

/** Draws of noise for each time, where a request says nothing: few coordinates average little, and are cheap. */
export const drawsOf = (dim: number): number => (dim <= 64 ? 32 : 4)

/** Of the density of a network: steps of Heun's rule, and probes where the exact divergence would take too many derivatives. */
export const DENSITY = { steps: 32, probes: 4, mostExact: 64 } as const

interface Priced {
  readonly dim: number
  readonly flowFile: FlowFile
  readonly manifest: Manifest | undefined
}

/** The most evaluations of the velocity that the score of a row takes. */
export function evaluationsOfAnomaly(
  { method, times, draws, label, calibration }: AnomalyFields,
  { dim, flowFile: { target }, manifest }: Priced
): number {
  if (method !== 'denoising') {
    if (target.kind !== 'network') return 1
    return 2 * DENSITY.steps * (1 + (dim <= DENSITY.mostExact ? dim : DENSITY.probes))
  }
  const { condition } = target.kind === 'network' ? target.architecture : {}
  const labels = condition?.kind === 'label' && label === undefined ? condition.classes : 1
  const kept: Calibration = calibration ?? manifest?.calibration ?? {}
  const at = times?.length ?? kept.denoising?.times.length ?? 1
  return labels * at * (draws ?? kept.denoising?.draws ?? drawsOf(dim))
}
