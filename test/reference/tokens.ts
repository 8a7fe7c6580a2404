// 64-bit twins of the operations on the tokens of one row: arrays of tokens, each an array of its channels.

import { sum } from './math.ts'

type Matrix = readonly (readonly number[])[]

/** x / sqrt(mean(x^2) + epsilon) over one token. */
export function rmsNorm(x: readonly number[], epsilon: number): number[] {
  const square = sum(x.map((value) => value * value)) / x.length
  return x.map((value) => value / Math.sqrt(square + epsilon))
}

/** (x - mean) / sqrt(variance + epsilon) over all tokens and each run of width / groups channels. */
export function groupNorm(x: Matrix, groups: number, epsilon: number): number[][] {
  const size = x[0].length / groups
  const moments = Array.from({ length: groups }, (_, g) => {
    const values = x.flatMap((token) => token.slice(g * size, (g + 1) * size))
    const mean = sum(values) / values.length
    return { mean, deviation: Math.sqrt(sum(values.map((v) => (v - mean) ** 2)) / values.length + epsilon) }
  })
  return x.map((token) =>
    token.map((value, j) => {
      const { mean, deviation } = moments[Math.floor(j / size)]
      return (value - mean) / deviation
    })
  )
}

/** Element by element; one token stands for as many as the other has. */
export function elementwise(x: Matrix, y: Matrix, f: (x: number, y: number) => number): number[][] {
  const tokens = Math.max(x.length, y.length)
  return Array.from({ length: tokens }, (_, i) => {
    const [left, right] = [x, y].map((value) => value[value.length === 1 ? 0 : i])
    return left.map((value, j) => f(value, right[j]))
  })
}

/** The same elements, row by row. */
export function reshape(x: Matrix, tokens: number, width: number): number[][] {
  const all = x.flat()
  return Array.from({ length: tokens }, (_, i) => all.slice(i * width, (i + 1) * width))
}

/** The windows of an image (height width, C) that a convolution sees, (windows, kernel kernel C); zeros lie around it. */
export function windows(
  x: Matrix,
  [height, width]: readonly [number, number],
  { kernel, stride, padding }: { kernel: number; stride: number; padding: number }
): number[][] {
  const zeros = x[0].map(() => 0)
  const pixel = (i: number, j: number): readonly number[] =>
    i < 0 || i >= height || j < 0 || j >= width ? zeros : x[i * width + j]
  const out: number[][] = []
  for (let top = -padding; top + kernel <= height + padding; top += stride) {
    for (let left = -padding; left + kernel <= width + padding; left += stride) {
      const window: number[] = []
      for (let i = 0; i < kernel; i++)
        for (let j = 0; j < kernel; j++) window.push(...pixel(top + i, left + j))
      out.push(window)
    }
  }
  return out
}

/** Every pixel `factor` times in height and in width. */
export function upsample(x: Matrix, [height, width]: readonly [number, number], factor: number): number[][] {
  const out: number[][] = []
  for (let i = 0; i < factor * height; i++)
    for (let j = 0; j < factor * width; j++)
      out.push([...x[Math.floor(i / factor) * width + Math.floor(j / factor)]])
  return out
}

/** softmax(q k^T / sqrt(width / heads)) v, head by head. */
export function attention(q: Matrix, k: Matrix, v: Matrix, heads: number): number[][] {
  const [size, ours] = [q[0].length / heads, v[0].length / heads]
  return q.map((query) =>
    Array.from({ length: heads }, (_, h) => {
      const logits = k.map(
        (key) =>
          sum(key.slice(h * size, (h + 1) * size).map((value, j) => value * query[h * size + j])) /
          Math.sqrt(size)
      )
      const most = Math.max(...logits)
      const weights = logits.map((logit) => Math.exp(logit - most))
      const total = sum(weights)
      return Array.from(
        { length: ours },
        (_, j) => sum(v.map((value, i) => weights[i] * value[h * ours + j])) / total
      )
    }).flat()
  )
}
