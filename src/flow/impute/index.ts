// What an imputation takes, loaded when it is first asked for.
export { impute } from './impute.ts'
