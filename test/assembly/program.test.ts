import { describe, expect, it } from 'vitest'
import * as moves from '../../src/network/moves.ts'
import { ACTIVATIONS } from '../../src/schema/architecture.ts'
import { matmul, matmul32, transpose } from '../reference/matmul.ts'
import { activations, layerNorm, modulate, patches } from '../reference/math.ts'
import { bound } from './bounds.ts'
import {
  getF32,
  matrix,
  newCore,
  numbers,
  padded,
  paddedRows,
  putF32,
  putF64,
  unpadded,
  worstError
} from './core.ts'
import { move, norm, OP, plus, runOnce } from './program.ts'

const core = await newCore()
const next = numbers(1)
const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 17, 31, 32, 33, 36, 40, 41, 64, 65, 96]

/** Runs one instruction on tokens x width numbers, `operands` given the padded addresses; the output is tokensOut x widthOut. */
function run(
  opcode: number,
  x: number[][],
  operands: (number | undefined)[],
  tokensOut = x.length,
  widthOut = x[0].length
): number[][] {
  const src = putF32(core, paddedRows(x))
  const dst = core.alloc(4 * tokensOut * padded(widthOut))
  runOnce(core, 0.25, [[opcode, dst, src, ...operands.map((operand) => operand ?? 0)]])
  return unpadded(getF32(core, dst, tokensOut * padded(widthOut)), widthOut)
}

describe('TIME and FEATURES', () => {
  it('write the time as f32, and the sines and cosines of its multiples as correctly as f32 can', () => {
    const frequencies = [1, 2.5, 40, 256]
    const dst = core.alloc(16)
    const waves = core.alloc(32)
    runOnce(core, 0.3, [
      [OP.time, dst],
      [OP.features, waves, 0, 4, putF64(core, frequencies)]
    ])
    expect(getF32(core, dst, 1)[0]).toBe(Math.fround(0.3))
    const expected = [
      ...frequencies.map((f) => Math.sin(f * 0.3)),
      ...frequencies.map((f) => Math.cos(f * 0.3))
    ]
    expect([...getF32(core, waves, 8)]).toEqual(expected.map(Math.fround))
  })
})

describe('DENSE', () => {
  it('maps every token, with bias and activation', () => {
    const [x, w, [bias]] = [matrix(next, 5, 7), matrix(next, 11, 7), matrix(next, 1, 11)]
    const packed = core.alloc(core.packedBytes(7, 11))
    core.packDense(putF32(core, w.flat()), 11, 7, packed)
    const operands = [5, 7, 11, packed, putF32(core, [...bias, 0, 0, 0, 0, 0])]
    expect(run(OP.dense, x, [...operands, 0], 5, 11)).toEqual(matmul32(x, w, bias))
    const silu = matmul(x, w, bias).map((row) => row.map(activations.silu))
    expect(worstError(run(OP.dense, x, [...operands, 1], 5, 11).flat(), silu.flat())).toBeLessThan(1e-6)
  })
})

describe('MIX', () => {
  it('equals the promised order of f32 operations along the tokens, bit for bit, at every width about the tiles', () => {
    for (const width of WIDTHS) {
      for (const tokensIn of [1, 2, 5, 16]) {
        for (let tokensOut = 1; tokensOut <= 9; tokensOut++) {
          const [x, w, [bias]] = [
            matrix(next, tokensIn, width),
            matrix(next, tokensOut, tokensIn),
            matrix(next, 1, tokensOut)
          ]
          const expected = transpose(matmul32(transpose(x), w, bias))
          const operands = [tokensIn, tokensOut, width, putF32(core, w.flat()), putF32(core, bias), 0]
          const claim = `${tokensIn} to ${tokensOut} tokens, width ${width}`
          expect(run(OP.mix, x, operands, tokensOut, width), claim).toEqual(expected)
        }
      }
    }
  })

  it('works without a bias, and applies the activation', () => {
    const [x, w] = [matrix(next, 6, 10), matrix(next, 7, 6)]
    const product = matmul(transpose(x), w).map((row) => row.map(activations.gelu))
    const y = run(OP.mix, x, [6, 7, 10, putF32(core, w.flat()), 0, 4], 7, 10)
    expect(worstError(y.flat(), transpose(product).flat())).toBeLessThan(1e-6)
  })
})

describe.each(WIDTHS)('on width %i', (width) => {
  const x = matrix(next, 3, width)
  const [shift, scale] = matrix(next, 2, width)
  const [shiftAt, scaleAt] = [shift, scale].map((vector) => putF32(core, paddedRows([vector])))

  it('NORM normalises each token, reads no pad, and modulates where shift and scale are given', () => {
    const plain = run(OP.norm, x, [3, width, ...norm()])
    const tolerance = 2e-6
    expect(
      worstError(
        plain.flat(),
        x.flatMap((row) => layerNorm(row))
      )
    ).toBeLessThan(tolerance)
    const modulated = run(OP.norm, x, [3, width, ...norm(shiftAt, scaleAt)])
    expect(
      worstError(
        modulated.flat(),
        x.flatMap((row) => layerNorm(row, shift, scale))
      )
    ).toBeLessThan(2 * tolerance)
    const shifted = run(OP.norm, x, [3, width, ...norm(shiftAt)])
    expect(
      worstError(
        shifted.flat(),
        x.flatMap((row) => layerNorm(row, shift))
      )
    ).toBeLessThan(2 * tolerance)
  })

  it('MODULATE scales and shifts', () => {
    const y = run(OP.modulate, x, [3, width, shiftAt, scaleAt])
    expect(
      worstError(
        y.flat(),
        x.flatMap((row) => modulate(row, shift, scale))
      )
    ).toBeLessThan(2e-7)
    expect(run(OP.modulate, x, [3, width, 0, 0])).toEqual(x)
  })

  it('RESIDUAL adds the gated branch, in place too', () => {
    const y = matrix(next, 3, width)
    const branch = putF32(core, paddedRows(y))
    const gated = x.map((row, i) =>
      row.map((value, j) => Math.fround(value + Math.fround(scale[j] * y[i][j])))
    )
    expect(run(OP.residual, x, [branch, 3, width, scaleAt])).toEqual(gated)
    const plain = x.map((row, i) => row.map((value, j) => Math.fround(value + y[i][j])))
    expect(run(OP.residual, x, [branch, 3, width, 0])).toEqual(plain)
    const place = putF32(core, paddedRows(x))
    runOnce(core, 0, [[OP.residual, place, place, branch, 3, width, scaleAt]])
    expect(unpadded(getF32(core, place, 3 * padded(width)), width)).toEqual(gated)
  })

  it('COMBINE adds a parameter of the same shape', () => {
    const p = matrix(next, 3, width)
    const expected = x.map((row, i) => row.map((value, j) => Math.fround(value + p[i][j])))
    expect(run(OP.combine, x, plus(putF32(core, paddedRows(p)), 3, width))).toEqual(expected)
  })

  it.each(ACTIVATIONS)('ACTIVATE applies %s', (name) => {
    const y = run(OP.activate, x, [3, width, ACTIVATIONS.indexOf(name)])
    const expected = x.map((row) => row.map(activations[name]))
    expect(worstError(y.flat(), expected.flat())).toBeLessThanOrEqual(bound(name) * 2 ** -23)
  })
})

describe.each([
  [4, 4, 1, 2],
  [6, 4, 3, 2],
  [3, 9, 1, 3],
  [5, 5, 2, 1],
  [4, 8, 2, 4],
  [28, 28, 1, 4]
])('on images %i x %i x %i in patches of %i', (height, width, channels, p) => {
  const [image] = matrix(next, 1, height * width * channels)
  const tokens = (height / p) * (width / p)

  it('MOVE cuts patches row by row, and its inverse puts the image together again', () => {
    const { shape, move: cutting } = moves.patches([height, width, channels], p)
    const floats = [padded(image.length), tokens * padded(shape.width)] as const
    const cut = run(OP.move, [image], move(core, moves.words(cutting), ...floats), tokens, shape.width)
    expect(cut).toEqual(patches(image, height, width, channels, p))
    const back = move(core, moves.words(moves.inverse(cutting)), floats[1], floats[0])
    expect(run(OP.move, cut, back, 1, image.length)).toEqual([image])
  })
})
