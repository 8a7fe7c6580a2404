import type { ImageShape } from '../schema/architecture.ts'
import type { ImageSize } from './operations.ts'
import { padded } from './registers.ts'
import type { Shape } from './shape.ts'

/** `count` times, each `step` floats further in the source and `to` floats further in the copy. */
type Loop = readonly [count: number, step: number, to: number]

/** Where numbers go: nested loops, the outermost first. Tokens lie padded(width) floats apart. */
export interface Move {
  /** Floats before the first that is read, and before the first that is written. */
  readonly from: number
  readonly to: number
  readonly loops: readonly Loop[]
}

/** The words that the core reads (assembly/kernel/move.ts draws them). */
export function words({ from, to, loops }: Move): number[] {
  return [from, to, loops.length, ...loops.flat()]
}

/** The numbers back to where they came from. */
export function inverse({ from, to, loops }: Move): Move {
  return { from: to, to: from, loops: loops.map(([count, step, back]) => [count, back, step]) }
}

/** Whether nothing lies between the tokens. */
export function isDense({ tokens, width }: Shape): boolean {
  return tokens === 1 || width === padded(width)
}

/** `width` columns from column `from` on, to those from column `to` on. */
export function columns(x: Shape, from: number, y: Shape, to: number, width: number): Move {
  return {
    from,
    to,
    loops: [
      [x.tokens, padded(x.width), padded(y.width)],
      [width, 1, 1]
    ]
  }
}

/** All tokens one after another, without what lies between them. */
export function join({ tokens, width }: Shape): Move {
  return {
    from: 0,
    to: 0,
    loops: [
      [tokens, padded(width), width],
      [width, 1, 1]
    ]
  }
}

/** The inverse of `join`. */
export const cut = (shape: Shape): Move => inverse(join(shape))

export function transposed({ tokens, width }: Shape): Move {
  return {
    from: 0,
    to: 0,
    loops: [
      [width, 1, padded(tokens)],
      [tokens, padded(width), 1]
    ]
  }
}

/** An image (height, width, channels) in patches, line by line of each. */
export function patches([height, width, channels]: ImageShape, patch: number): { shape: Shape; move: Move } {
  const [rows, columns] = [height / patch, width / patch]
  const shape = { tokens: rows * columns, width: patch * patch * channels }
  const line = patch * channels
  const token = padded(shape.width)
  return {
    shape,
    move: {
      from: 0,
      to: 0,
      loops: [
        [rows, patch * width * channels, columns * token],
        [columns, line, token],
        [patch, width * channels, line],
        [line, 1, 1]
      ]
    }
  }
}

/** Every pixel of an image `factor` times in height and in width. */
export function enlarged([height, width]: ImageSize, channels: number, factor: number): Move {
  const pixel = padded(channels)
  return {
    from: 0,
    to: 0,
    loops: [
      [height, width * pixel, factor * factor * width * pixel],
      [factor, 0, factor * width * pixel],
      [width, pixel, factor * pixel],
      [factor, 0, pixel],
      [channels, 1, 1]
    ]
  }
}
