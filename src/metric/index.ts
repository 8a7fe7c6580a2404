export { gaussianFit, gaussianWasserstein, type Gaussian } from './gaussian.ts'
export { matching, wasserstein, type Matching, type WassersteinOptions } from './wasserstein.ts'
export { slicedWasserstein, type SlicedOptions, type SlicedResult } from './sliced.ts'
