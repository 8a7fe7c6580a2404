import { readFileSync } from 'node:fs'
import binaryen from 'binaryen'
import { describe, expect, it } from 'vitest'
import { computesRight } from '../../src/wasm/selfTest.ts'

/** Operations on vectors, and another of the same shape that a broken machine might do in the place of each. */
const CONFUSED: readonly (readonly [from: string, to: string])[] = [
  ['v128.and', 'v128.or'],
  ['v128.andnot', 'v128.and'],
  ['v128.or', 'v128.and'],
  ['v128.xor', 'v128.and'],
  ['v128.any_true', 'i64x2.all_true'],
  ['i64x2.all_true', 'v128.any_true'],
  ['v128.bitselect', 'i32x4.relaxed_dot_i8x16_i7x16_add_s'],
  ['i32x4.relaxed_dot_i8x16_i7x16_add_s', 'v128.bitselect'],
  ['i32x4.dot_i16x8_s', 'i32x4.mul'],
  ['i32x4.lt_s', 'i32x4.gt_s'],
  ['i32x4.add', 'i32x4.sub'],
  ['i32x4.shl', 'i32x4.shr_s'],
  ['i64x2.shl', 'i64x2.shr_s'],
  ['i64x2.shr_s', 'i64x2.shl'],
  ['i64x2.add', 'i64x2.sub'],
  ['i64x2.sub', 'i64x2.add'],
  ['f32x4.lt', 'f32x4.gt'],
  ['f32x4.gt', 'f32x4.lt'],
  ['f32x4.abs', 'f32x4.neg'],
  ['f32x4.neg', 'f32x4.abs'],
  ['f32x4.add', 'f32x4.sub'],
  ['f32x4.sub', 'f32x4.add'],
  ['f32x4.mul', 'f32x4.add'],
  ['f32x4.div', 'f32x4.mul'],
  ['f32x4.pmin', 'f32x4.pmax'],
  ['f32x4.pmax', 'f32x4.pmin'],
  ['f32x4.convert_i32x4_s', 'i32x4.trunc_sat_f32x4_s'],
  ['f32x4.demote_f64x2_zero', 'i32x4.trunc_sat_f64x2_s_zero'],
  ['f64x2.promote_low_f32x4', 'f64x2.convert_low_i32x4_s'],
  ['f64x2.lt', 'f64x2.gt'],
  ['f64x2.add', 'f64x2.sub'],
  ['f64x2.sub', 'f64x2.add'],
  ['f64x2.mul', 'f64x2.add'],
  ['f64x2.div', 'f64x2.mul'],
  ['f64x2.pmax', 'f64x2.pmin']
]

/** What only moves lanes, or narrows numbers that are small enough for any narrowing. */
const MOVES = /^(v128|i8x16|[if]\d+x\d+)\.(load|store|const|splat|extract|replace|shuffle|narrow)/

describe.each(['closedForm', 'network', 'int8'])('the self-test of the build %s', (build) => {
  const core = binaryen.readBinary(readFileSync(new URL(`../../build/core.${build}.wasm`, import.meta.url)))

  core.setFeatures(binaryen.Features.All)
  const text = core.emitText()
  const used = new Set(
    Array.from(text.matchAll(/\((v128|i8x16|[if]\d+x\d+)\.\w+/g), ([found]) => found.slice(1))
  )
  core.dispose()

  it('knows a confusion of every operation on vectors that the build has', () => {
    const known = CONFUSED.map(([from]) => from)
    expect([...used].filter((name) => !known.includes(name) && !MOVES.test(name))).toEqual([])
  })

  it.each(CONFUSED.filter(([from]) => used.has(from)))(
    'finds a machine that takes %s for %s',
    async (from, to) => {
      const confused = binaryen.parseText(
        text.replaceAll(new RegExp(`\\(${from.replace('.', '\\.')}(?=\\s)`, 'g'), `(${to}`)
      )

      confused.setFeatures(binaryen.Features.All)
      const module = await WebAssembly.compile(confused.emitBinary() as Uint8Array<ArrayBuffer>)
      confused.dispose()
      expect(await computesRight(module)).toBe(false)
    }
  )
})
