export { energyDistance, type EstimateOptions } from './energy.ts'
export { gaussianFit, gaussianWasserstein, type Gaussian } from './gaussian.ts'
export { mmd, type MmdOptions, type MmdResult } from './mmd.ts'
export { medianDistance } from './bandwidth.ts'
export { matching, wasserstein, type Matching, type WassersteinOptions } from './wasserstein.ts'
export { slicedWasserstein, type SlicedOptions, type SlicedResult } from './sliced.ts'
export {
  sinkhorn,
  sinkhornDivergence,
  type SinkhornDivergence,
  type SinkhornOptions,
  type SinkhornResult
} from './sinkhorn.ts'
