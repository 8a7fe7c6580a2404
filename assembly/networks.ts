// What the ABI of the builds for networks has besides.

export { packDense, packedBytes } from "./kernel/pack";
export { dense } from "./kernel/dense";
export { activate } from "./kernel/activation";
export { spectralNorm, spectralScratch } from "./kernel/spectral";
export { newNetwork } from "./velocity/networkRecord";
export { tell } from "./velocity/conditions";
export { layerCount, layerNorms, lipschitzBound, lipschitzScratch } from "./velocity/lipschitz";
