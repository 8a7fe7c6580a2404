import { describe, expect, it } from 'vitest'
import { Recorder } from '../../src/network/recorder.ts'
import { TensorFlowOperations } from '../../src/train/operations.ts'
import { loadTensorFlow, type TfTensor } from '../../src/train/tensorflow.ts'
import { worstError } from '../assembly/core.ts'
import { randomRows } from '../fixtures/numbers.ts'
import { pieceOutput, weightsOf, type Piece } from '../network/operations.ts'
import { CLOCKS, PIECES } from '../network/pieces.ts'

const tf = await loadTensorFlow()
const T = 0.37
const ROWS = 3
const H = 1e-5

/** The pieces whose values are made from the state, and those of the time alone added to a state. */
const ALL: Record<string, Piece> = { ...PIECES }
for (const [name, build] of Object.entries(CLOCKS)) {
  const { tokens, width } = build(new Recorder(1))
  ALL[`${name} of the time`] = {
    dim: tokens * width,
    build: (ops) => ops.add(ops.reshape(ops.state(), tokens, width), build(ops), 0.5)
  }
}

describe.each(Object.entries(ALL))('%s', (_, piece) => {
  const tensors = weightsOf(piece, 7)
  const names = [...tensors.keys()]
  const x = randomRows(5, ROWS, piece.dim)
  const weigh = randomRows(6, ROWS, piece.dim)

  const output = (state: TfTensor, weights: readonly TfTensor[]): TfTensor =>
    piece
      .build(
        new TensorFlowOperations(tf, {
          state,
          time: tf.fill([ROWS, 1], T),
          features: () => tf.zeros([ROWS, 1]),
          condition: tf.zeros([ROWS, 1]),
          parameters: new Map(names.map((name, i) => [name, weights[i]]))
        })
      )
      .reshape([ROWS, piece.dim])
  const uploaded = () => [...tensors.values()].map(({ shape, data }) => tf.tensor(data, [...shape]))

  it('is in TensorFlow.js what it is in 64 bits', () => {
    const y = tf.tidy(() => output(tf.tensor2d(x), uploaded()).dataSync())
    expect(
      worstError(
        y,
        x.flatMap((row) => pieceOutput(piece, tensors, T, row))
      )
    ).toBeLessThan(1e-5)
  })

  it('has the gradient that differences of 64 bits show', () => {
    const gradients = tf.tidy(() =>
      tf
        .grads((state, ...weights) => tf.sum(tf.mul(output(state, weights), tf.tensor2d(weigh))).asScalar())([
          tf.tensor2d(x),
          ...uploaded()
        ])
        .map((gradient) => [...gradient.dataSync()])
    )
    const loss = (rows: readonly number[][], of: typeof tensors) =>
      rows.reduce(
        (sum, row, i) =>
          sum + pieceOutput(piece, of, T, row).reduce((all, value, j) => all + weigh[i][j] * value, 0),
        0
      )
    gradients.forEach((gradient, i) => {
      const [signs] = randomRows(20 + i, 1, gradient.length)
      const moved = (by: number) => {
        if (i === 0)
          return loss(
            x.map((row, r) => row.map((value, j) => value + by * signs[r * piece.dim + j])),
            tensors
          )
        const { shape, data } = tensors.get(names[i - 1])!
        // In doubles, which the twin takes as they are.
        const wide = Float64Array.from(data, (value, j) => value + by * signs[j]) as unknown as Float32Array
        return loss(x, new Map(tensors).set(names[i - 1], { shape, data: wide }))
      }
      const expected = (moved(H) - moved(-H)) / (2 * H)
      const along = gradient.reduce((sum, value, j) => sum + value * signs[j], 0)
      const size = gradient.reduce((sum, value, j) => sum + Math.abs(value * signs[j]), 0)
      expect(Math.abs(along - expected), i === 0 ? 'state' : names[i - 1]).toBeLessThan(1e-5 * (1 + size))
    })
  })
})
