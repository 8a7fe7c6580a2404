export { matching, wasserstein, type Matching, type WassersteinOptions } from './wasserstein.ts'
