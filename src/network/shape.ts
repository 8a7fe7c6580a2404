import type { ConvOptions, ImageSize } from './operations.ts'

/** The shape (tokens, width) of a value. */
export interface Shape {
  readonly tokens: number
  readonly width: number
}

/** The shape of an element by element operation on both: one token stands for as many as the other has. */
export function together(x: Shape, y: Shape): Shape {
  return { tokens: Math.max(x.tokens, y.tokens), width: x.width }
}

/** The shape of the inputs beside one another. */
export function beside(inputs: readonly Shape[]): Shape {
  return { tokens: inputs[0].tokens, width: inputs.reduce((sum, { width }) => sum + width, 0) }
}

/** What a convolution does unless told otherwise. */
export function windowOf({ kernel = 3, stride = 1, padding = (kernel - 1) >> 1 }: ConvOptions = {}): {
  kernel: number
  stride: number
  padding: number
} {
  return { kernel, stride, padding }
}

/** Height and width of what a convolution makes of an image. */
export function convolved([height, width]: ImageSize, options?: ConvOptions): ImageSize {
  const { kernel, stride, padding } = windowOf(options)
  const windows = (size: number): number => Math.floor((size + 2 * padding - kernel) / stride) + 1
  return [windows(height), windows(width)]
}
