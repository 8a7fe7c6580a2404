// What the ABI of the builds for networks with 8-bit weights has besides.

export { pack8, packedBytes8 } from "./kernel/pack8";
export { quantize, quantizeChannels, quantizedBytes, quantizedChannelBytes } from "./kernel/quantize";
export { dense8 } from "./kernel/dense8";
export { mix8 } from "./kernel/mix8";
