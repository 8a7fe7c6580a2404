import { readFileSync } from 'node:fs'
import binaryen from 'binaryen'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lowerSimd } from '../../scripts/simd/lower.ts'

const X = '(v128.load (i32.const 0))'
const Y = '(v128.load (i32.const 16))'
const Z = '(v128.load (i32.const 32))'
const binary = (name: string): [string, string] => [name, `(${name} ${X} ${Y})`]

/** Every operation on vectors that the core may use, on three vectors in memory. */
const OPERATIONS: Record<string, string> = {
  ...Object.fromEntries(
    ['f32x4.add', 'f32x4.sub', 'f32x4.mul', 'f32x4.div', 'f32x4.pmin', 'f32x4.pmax', 'f32x4.lt', 'f32x4.gt']
      .concat(['f64x2.add', 'f64x2.sub', 'f64x2.mul', 'f64x2.div', 'f64x2.pmax', 'f64x2.lt', 'i32x4.lt_s'])
      .concat(['i32x4.add', 'i32x4.dot_i16x8_s', 'i16x8.narrow_i32x4_s'])
      .concat(['i64x2.add', 'i64x2.sub', 'v128.and', 'v128.andnot', 'v128.or', 'v128.xor'])
      .map(binary)
  ),
  'f32x4.abs': `(f32x4.abs ${X})`,
  'f32x4.neg': `(f32x4.neg ${X})`,
  'f32x4.splat': '(f32x4.splat (f32.load (i32.const 4)))',
  'f32x4.convert_i32x4_s': `(f32x4.convert_i32x4_s ${X})`,
  'f64x2.splat': '(f64x2.splat (f64.load (i32.const 8)))',
  'i32x4.splat': '(i32x4.splat (i32.load (i32.const 4)))',
  'i64x2.splat': '(i64x2.splat (i64.load (i32.const 8)))',
  'i32x4.shl': `(i32x4.shl ${X} (i32.const 23))`,
  'i64x2.shl': `(i64x2.shl ${X} (i32.const 52))`,
  'i64x2.shr_s': `(i64x2.shr_s ${X} (i32.const 52))`,
  'v128.bitselect': `(v128.bitselect ${X} ${Y} ${Z})`,
  'f64x2.promote_low_f32x4': `(f64x2.promote_low_f32x4 ${X})`,
  'f32x4.demote_f64x2_zero': `(f32x4.demote_f64x2_zero ${X})`,
  'a sum of promoted halves': `(f64x2.add (f64x2.promote_low_f32x4 (v128.load64_zero offset=4 (i32.const 4))) ${Y})`,
  'v128.load32_splat': '(v128.load32_splat offset=4 (i32.const 8))',
  'v128.load64_splat': '(v128.load64_splat offset=8 (i32.const 8))',
  'v128.load32_zero': '(v128.load32_zero offset=4 (i32.const 8))',
  'v128.load64_zero': '(v128.load64_zero offset=4 (i32.const 8))',
  'v128.const': '(v128.const i32x4 0x7fffffff 0x80000000 0x7fa00001 1)',
  'a shuffle of words': `(i8x16.shuffle 8 9 10 11 0 1 2 3 16 17 18 19 28 29 30 31 ${X} ${Y})`,
  'f32x4.extract_lane': `(f32x4.splat (f32x4.extract_lane 2 ${X}))`,
  'f64x2.extract_lane': `(f64x2.splat (f64x2.extract_lane 1 ${X}))`,
  'i64x2.extract_lane': `(i64x2.splat (i64x2.extract_lane 1 ${X}))`,
  'i64x2.all_true': `(i32x4.splat (i64x2.all_true (v128.and ${X} ${Y})))`,
  'v128.any_true': `(i32x4.splat (v128.any_true (v128.and ${X} ${Y})))`
}

const LOOP = `
  (local $x v128) (local $i i32)
  (local.set $x ${X})
  (loop $again
    (local.set $x (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3 (local.get $x) (local.get $x)))
    (if (i32.and (local.get $i) (i32.const 1))
      (then (local.set $x (f32x4.add (local.get $x) ${Y})))
      (else (local.set $x (f64x2.mul (local.get $x) ${Z}))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $again (i32.lt_s (local.get $i) (i32.const 3))))
  (v128.store offset=4 (i32.const 60) (local.get $x))`

/** The module, with its vectors and without. */
function modulesOf(body: string): Uint8Array[] {
  const source = binaryen.parseText(`(module (memory (export "memory") 1) (func (export "run") ${body}))`)
  source.setFeatures(binaryen.Features.SIMD128)
  const bytes = source.emitBinary()
  source.dispose()
  return [bytes, lowerSimd(bytes)]
}

async function instance(bytes: Uint8Array): Promise<(input: readonly number[]) => Uint32Array> {
  const { instance } = await WebAssembly.instantiate(bytes as Uint8Array<ArrayBuffer>)
  const { memory, run } = instance.exports as { memory: WebAssembly.Memory; run: () => void }
  return (input) => {
    new Uint32Array(memory.buffer, 0, 12).set(input)
    run()
    return new Uint32Array(memory.buffer, 64, 4).slice()
  }
}

const word = fc.oneof(
  fc.nat(2 ** 32 - 1),
  fc.constantFrom(0, 0x80000000, 0x7f800000, 0xff800000, 0x3f800000, 0x3ff00000, 1)
)
// Of a result that is no number, the bits are the machine's own.
const settled = (words: Uint32Array): unknown[] => {
  const [floats, doubles] = [new Float32Array(words.buffer), new Float64Array(words.buffer)]
  return Array.from(words, (bits, i) =>
    Number.isNaN(floats[i]) || Number.isNaN(doubles[i >> 1]) ? 'no number' : bits
  )
}

it.each([
  ...Object.entries(OPERATIONS).map(([name, body]) => [name, `(v128.store (i32.const 64) ${body})`]),
  ['a loop about a local', LOOP]
])('%s gives the same bits without vectors', async (_, body) => {
  const [vectors, scalars] = await Promise.all(modulesOf(body).map(instance))
  fc.assert(
    fc.property(fc.array(word, { minLength: 12, maxLength: 12 }), (input) => {
      expect(settled(scalars(input))).toEqual(settled(vectors(input)))
    }),
    { numRuns: 300 }
  )
})

it('an operation without a scalar form is refused by its name', () => {
  expect(() => modulesOf(`(v128.store (i32.const 64) (i16x8.add ${X} ${Y}))`)).toThrow(
    /has no scalar form here/
  )
})

it('the core has a scalar form, in which there are no vectors', () => {
  const lowered = binaryen.readBinary(
    lowerSimd(readFileSync(new URL('../../build/core.wasm', import.meta.url)))
  )
  expect(lowered.emitText()).not.toMatch(/v128|x4\.|x2\./)
  lowered.dispose()
})
