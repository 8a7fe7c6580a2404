/**
 * Optimizes a WebAssembly module in place: `node scripts/optimize.ts FILE`. The compiler's own optimizer puts more functions into
 * others before it begins, which makes the core a ninth larger and no faster.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import binaryen from 'binaryen'

const ROUNDS = 2 // what the first leaves dead, the second takes away

const [file] = process.argv.slice(2)
const module = binaryen.readBinary(readFileSync(file))
const { BulkMemory, BulkMemoryOpt, MutableGlobals, NontrappingFPToInt, RelaxedSIMD, SIMD128, SignExt } =
  binaryen.Features
module.setFeatures(
  BulkMemory | BulkMemoryOpt | MutableGlobals | NontrappingFPToInt | RelaxedSIMD | SIMD128 | SignExt
)
binaryen.setOptimizeLevel(3)
binaryen.setShrinkLevel(0)
for (let round = 0; round < ROUNDS; round++) module.optimize()
if (!module.validate()) throw new Error(`${file} is no longer a valid module`)
writeFileSync(file, module.emitBinary())
