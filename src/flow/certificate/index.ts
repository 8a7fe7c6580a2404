// What is fetched when a flow is first certified, in one piece.
export { certify } from './certify.ts'
export { stepsFor } from './steps.ts'
