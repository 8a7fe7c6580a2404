// The ABI that every build of the core has. Every export of the modules, and nothing else, is listed here and in the entries beside it.
// Addresses are bytes, 16-aligned where allocated by `alloc`; matrices are f32, row-major, unless said.

export { alloc, mark, release } from "./memory";
export { erf64 } from "./math/erf";
export { exp64 } from "./math/exp";
export { log64 } from "./math/log";
export { cos64, sin64 } from "./math/trigonometric";
export { philox } from "./random/philox";
export { normals, normalsAt } from "./random/normal";
export { newSchedule, newTable, scheduleAt } from "./schedule/schedule";
export { divergence, jvp, logDensity, quantity, velocity } from "./velocity/calls";
export { scratchBytes } from "./velocity/velocity";
export { advance } from "./solver/advance";
export { advanceRows } from "./solver/advanceRows";
export { newRows, placesOf, reportsOf, rowIntegralsOf, rowsBytes } from "./solver/rows";
export { integralsOf, newTrajectory, trajectoryBytes } from "./solver/trajectory";
