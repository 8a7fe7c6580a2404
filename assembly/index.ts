// The ABI. Every export of the module, and nothing else, is listed here.
// Addresses are bytes, 16-aligned where allocated by `alloc`; matrices are f32, row-major, unless said.

export { alloc, mark, release } from "./memory";
export { erf64 } from "./math/erf";
export { exp64 } from "./math/exp";
export { log64 } from "./math/log";
export { cos64, sin64 } from "./math/trigonometric";
export { philox } from "./random/philox";
export { normals, normalsAt } from "./random/normal";
export { newSchedule, newTable, scheduleAt } from "./schedule/schedule";
export { packDense, packedBytes } from "./kernel/pack";
export { dense } from "./kernel/dense";
export { activate } from "./kernel/activation";
export { spectralNorm, spectralScratch } from "./kernel/spectral";
export { newMixture } from "./velocity/mixture";
export { newEmpirical } from "./velocity/empirical";
export { newNetwork } from "./velocity/networkRecord";
export { tell } from "./velocity/conditions";
export { layerCount, layerNorms, lipschitzBound, lipschitzScratch } from "./velocity/lipschitz";
export { divergence, jvp, logDensity, quantity, velocity } from "./velocity/calls";
export { scratchBytes } from "./velocity/velocity";
export { advance } from "./solver/advance";
export { advanceRows } from "./solver/advanceRows";
export { newRows, placesOf, reportsOf, rowIntegralsOf, rowsBytes } from "./solver/rows";
export { integralsOf, newTrajectory, trajectoryBytes } from "./solver/trajectory";
