import { gradientPlot } from './gradient.ts'
import { growthPlot } from './growth.ts'
import { stepsPlot } from './steps.ts'

/** The pictures of docs/certificates.md, by their file names in docs/plots. */
export const PLOTS = {
  'gradient-bounds.svg': gradientPlot,
  'flow-map-growth.svg': growthPlot,
  'solver-steps.svg': stepsPlot
} as const
