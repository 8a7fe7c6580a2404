import { describe, expect, it } from 'vitest'
import { Recorder } from '../../src/network/recorder.ts'
import { askOf } from '../assembly/asking.ts'
import { newCore, scoped, velocityOf, worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { pieceOutput, putPiece, weightsOf, type Piece } from './operations.ts'
import { CLOCKS, PIECES } from './pieces.ts'

const core = await newCore()
const T = 0.37
const H = 1e-6
/** What multiplies two values made from the state. */
const UNBOUNDED = /attention|square|product of two|token of the state|gate of the state/

/** The derivative in 64 bits along u, by central differences. */
function derivative(piece: Piece, tensors: ReturnType<typeof weightsOf>, x: number[], u: number[]): number[] {
  const at = (h: number) =>
    pieceOutput(
      piece,
      tensors,
      T,
      x.map((value, j) => value + h * u[j])
    )
  const [ahead, behind] = [at(H), at(-H)]
  return ahead.map((value, j) => (value - behind[j]) / (2 * H))
}

describe.each(Object.entries(PIECES))('%s', (name, piece) => {
  const tensors = weightsOf(piece, 7)
  const { dim } = piece

  it('is in the core what it is in 64 bits, and its derivative too', () => {
    scoped(core, () => {
      const v = putPiece(core, piece, tensors)
      const x = randomRows(5, 5, dim, 1.5)
      const expected = x.map((row) => pieceOutput(piece, tensors, T, row))
      expect(worstError(velocityOf(core, v, T, x).flat(), expected.flat())).toBeLessThan(5e-6)

      const directions = randomRows(6, 3 * x.length, dim)
      const { velocity, tangents } = askOf(core, v).jvp(T, x, directions)
      const slopes = directions.map((u, i) => derivative(piece, tensors, x[Math.floor(i / 3)], u))
      const size = Math.max(1, ...slopes.flat().map(Math.abs))
      expect(worstError(tangents.flat(), slopes.flat())).toBeLessThan(1e-5 * size)
      expect(velocity).toEqual(velocityOf(core, v, T, x))
    })
  })

  it('is of a row alone what it is in a batch, to the bit', () => {
    scoped(core, () => {
      const v = putPiece(core, piece, tensors)
      const x = randomRows(9, 7, dim)
      const directions = randomRows(10, 2 * x.length, dim)
      const together = velocityOf(core, v, T, x)
      const { tangents } = askOf(core, v).jvp(T, x, directions)
      x.forEach((row, i) => {
        expect(velocityOf(core, v, T, [row])[0]).toEqual(together[i])
        const alone = askOf(core, v).jvp(T, [row], directions.slice(2 * i, 2 * i + 2)).tangents
        expect(alone).toEqual(tangents.slice(2 * i, 2 * i + 2))
      })
    })
  })

  it('is nowhere steeper than its bound, where it has one', () => {
    scoped(core, () => {
      const v = putPiece(core, piece, tensors)
      const scratch = core.alloc(core.lipschitzScratch(v))
      const norms = core.alloc(8 * core.layerCount(v))
      core.layerNorms(v, norms, scratch)
      const bound = core.lipschitzBound(v, T, norms, scratch)
      expect(Number.isFinite(bound)).toBe(!UNBOUNDED.test(name))
      const length = (row: readonly number[]) => Math.hypot(...row)
      const x = randomRows(12, 4, dim)
      const directions = randomRows(13, 4 * x.length, dim)
      const { tangents } = askOf(core, v).jvp(T, x, directions)
      const steepest = Math.max(...tangents.map((row, i) => length(row) / length(directions[i])))
      expect(steepest).toBeLessThanOrEqual(bound * (1 + 1e-5))
    })
  })

  it('lets NaN through to its own row only', () => {
    scoped(core, () => {
      const v = putPiece(core, piece, tensors)
      const x = randomRows(11, 3, dim)
      const clean = velocityOf(core, v, T, x)
      const dirty = velocityOf(core, v, T, x.with(1, new Array<number>(dim).fill(NaN)))
      expect(dirty[1].every(Number.isNaN)).toBe(true)
      expect([dirty[0], dirty[2]]).toEqual([clean[0], clean[2]])
    })
  })
})

it.each(Object.entries(CLOCKS))('%s of what is made from the time alone costs a row nothing', (_, build) => {
  scoped(core, () => {
    const { tokens, width } = build(new Recorder(1))
    const piece: Piece = {
      dim: tokens * width,
      build: (ops) => ops.add(ops.reshape(ops.state(), tokens, width), build(ops))
    }
    const tensors = weightsOf(piece, 3)
    const v = putPiece(core, piece, tensors)
    const x = randomRows(4, 3, piece.dim)
    for (const t of [0, 0.6, 1]) {
      const expected = x.flatMap((row) => pieceOutput(piece, tensors, t, row))
      expect(worstError(velocityOf(core, v, t, x).flat(), expected)).toBeLessThan(2e-6)
    }
    const directions = randomRows(6, 3, piece.dim)
    expect(askOf(core, v).jvp(0.6, x, directions).tangents).toEqual(
      directions.map((row) => row.map(Math.fround))
    )
  })
})
