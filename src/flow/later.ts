// What is fetched when a flow first certifies, imputes or scores anomalies, in one piece: of several, bundlers cut what they
// share out of the part that every page fetches, which is larger then.
export { certify } from './certificate/certify.ts'
export { stepsFor } from './certificate/steps.ts'
export { impute } from './impute/impute.ts'
export { anomaly, calibrate } from './anomaly/anomaly.ts'
