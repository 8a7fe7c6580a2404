// What scores of anomaly take, loaded when they are first asked for.
export { anomaly, calibrate } from './anomaly.ts'
