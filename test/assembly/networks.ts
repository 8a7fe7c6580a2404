import * as moves from '../../src/network/moves.ts'
import type { ScheduleName } from '../../src/schema/schedule.ts'
import { activations, layerNorm, patches } from '../reference/math.ts'
import { matmul, transpose } from '../reference/matmul.ts'
import { matrix, padded, paddedRows, putF32, putSchedule, type Core } from './core.ts'
import { move, norm, OP, plus, putProgram } from './program.ts'

/** A network in the core beside its output in 64 bits. */
export interface TwinNetwork {
  readonly dim: number
  readonly output: (t: number, x: readonly number[]) => number[]
  put: (
    core: Core,
    schedule: ScheduleName,
    options?: { prediction?: 0 | 1; until?: number; bytesPerRow?: number }
  ) => number
}

const scaled = (m: number[][], by: number) => m.map((row) => row.map((value) => Math.fround(value * by)))

function putDense(core: Core, w: number[][]): number {
  const [n, k] = [w.length, w[0].length]
  const packed = core.alloc(core.packedBytes(k, n))
  core.packDense(putF32(core, w.flat()), n, k, packed)
  return packed
}

const putVector = (core: Core, x: number[]) => putF32(core, paddedRows([x]))

/** A perceptron dim -> width -> dim with SiLU, the time joining through the bias of its first layer. */
export function perceptron(next: () => number, dim: number, width: number): TwinNetwork {
  const first = scaled(matrix(next, width, dim), 1 / Math.sqrt(dim))
  const forTime = matrix(next, width, 1)
  const [bias] = matrix(next, 1, width)
  const last = scaled(matrix(next, dim, width), 1 / Math.sqrt(width))
  return {
    dim,
    output: (t, x) => {
      const start = bias.map((b, j) => b + forTime[j][0] * t)
      const [hidden] = matmul([[...x]], first, start)
      return matmul([hidden.map(activations.silu)], last)[0]
    },
    put: (core, schedule, { prediction = 0, until = 0.95, bytesPerRow } = {}) => {
      const [time, start] = [core.alloc(16), core.alloc(4 * padded(width))]
      const [state, hidden, out] = [0, 4 * padded(dim), 4 * (padded(dim) + padded(width))]
      const timeProgram = putProgram(core, [
        [OP.time, time],
        [OP.dense, start, time, 1, 1, width, putDense(core, forTime), putVector(core, bias), 0]
      ])
      const stateProgram = putProgram(core, [
        [OP.state, state, 0, dim],
        [OP.dense, hidden, state, 1, dim, width, putDense(core, first), start, 1],
        [OP.dense, out, hidden, 1, width, dim, putDense(core, last), 0, 0]
      ])
      return core.newNetwork(
        ...[putSchedule(core, schedule), dim, timeProgram.address, timeProgram.length],
        ...[
          stateProgram.address,
          stateProgram.length,
          bytesPerRow ?? out + 4 * padded(dim),
          out,
          prediction,
          until,
          0,
          0,
          0,
          0
        ]
      )
    }
  }
}

/** One block of each kind on an image 4 x 6 x 1 in patches of 2: every opcode that works on rows takes part. */
export function mixer(next: () => number): TwinNetwork {
  const [height, width, p, tokens, hidden] = [4, 6, 2, 6, 10]
  const dim = height * width
  const input = matrix(next, hidden, p * p)
  const positions = matrix(next, tokens, hidden)
  const across = scaled(matrix(next, tokens, tokens), 0.4)
  const [mixBias] = matrix(next, 1, tokens)
  const [shift, scale, gate] = matrix(next, 3, hidden)
  const output = scaled(matrix(next, p * p, hidden), 0.3)
  return {
    dim,
    output: (_, x) => {
      const embedded = matmul(patches(x, height, width, 1, p), input)
      const h = embedded.map((row, i) => row.map((value, j) => value + positions[i][j]))
      const normed = h.map((row) => layerNorm(row, shift, scale))
      const mixed = transpose(matmul(transpose(normed), across, mixBias)).map((row) =>
        row.map(activations.gelu)
      )
      const sum = h.map((row, i) => row.map((value, j) => activations.tanh(value + gate[j] * mixed[i][j])))
      return join(matmul(sum, output), width, p)
    },
    put: (core, schedule, { prediction = 0, until = 0.95, bytesPerRow } = {}) => {
      const block = 4 * tokens * padded(hidden)
      const [state, cut, h, n, m] = [0, 4 * dim, 8 * dim, 8 * dim + block, 8 * dim + 2 * block]
      const floats = [dim, tokens * padded(p * p)] as const
      const patched = moves.patches([height, width, 1], p).move
      const program = putProgram(core, [
        [OP.state, state, 0, dim],
        [OP.move, cut, state, ...move(core, moves.words(patched), ...floats)],
        [OP.dense, h, cut, tokens, p * p, hidden, putDense(core, input), 0, 0],
        [OP.combine, h, h, ...plus(putF32(core, paddedRows(positions)), tokens, hidden)],
        [OP.norm, n, h, tokens, hidden, ...norm()],
        [OP.modulate, n, n, tokens, hidden, putVector(core, shift), putVector(core, scale)],
        [OP.mix, m, n, tokens, tokens, hidden, putF32(core, across.flat()), putVector(core, mixBias), 4],
        [OP.residual, h, h, m, tokens, hidden, putVector(core, gate)],
        [OP.activate, h, h, tokens, hidden, 3],
        [OP.dense, cut, h, tokens, hidden, p * p, putDense(core, output), 0, 0],
        [OP.move, state, cut, ...move(core, moves.words(moves.inverse(patched)), floats[1], floats[0])]
      ])
      return core.newNetwork(
        ...[putSchedule(core, schedule), dim, program.address, 0],
        ...[program.address, program.length, bytesPerRow ?? m + block, state, prediction, until, 0, 0, 0, 0]
      )
    }
  }
}

function join(tokens: number[][], width: number, p: number): number[] {
  const image: number[] = []
  tokens.forEach((token, i) => {
    const [top, left] = [p * Math.floor(i / (width / p)), p * (i % (width / p))]
    token.forEach((value, j) => (image[(top + Math.floor(j / p)) * width + left + (j % p)] = value))
  })
  return image
}
