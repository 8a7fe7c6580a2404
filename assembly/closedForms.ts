// What the ABI of the builds for closed forms has besides.

export { newMixture } from "./velocity/mixture";
export { newEmpirical } from "./velocity/empirical";
