import type { Tensor } from '../types.ts'

/** (rows, columns) to (columns, rows). */
export function transposed({ shape: [rows, columns], data }: Tensor): Tensor {
  const turned = new Float32Array(data.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j]
  return { shape: [columns, rows], data: turned }
}

/** (out, height, width, in) to (out, in, height, width). */
export function channelsFirst({ shape: [outputs, height, width, inputs], data }: Tensor): Tensor {
  const pixels = height * width
  const turned = new Float32Array(data.length)
  for (let o = 0; o < outputs; o++)
    for (let p = 0; p < pixels; p++)
      for (let i = 0; i < inputs; i++)
        turned[(o * inputs + i) * pixels + p] = data[(o * pixels + p) * inputs + i]
  return { shape: [outputs, inputs, height, width], data: turned }
}
