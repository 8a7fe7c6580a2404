import type { Activation } from '../../src/schema/architecture.ts'
import type { ConvOptions, ImageSize, Operations } from '../../src/network/operations.ts'
import { convolved } from '../../src/network/shape.ts'
import type { Piece } from './operations.ts'

/** The sizes about which kernels change what they do: vectors, panels, and four of them. */
const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33]
const TOKENS = [1, 2, 3, 4, 5]

/** One operation on a value of such a shape made from the state. */
function on(
  tokens: number,
  width: number,
  operation: <T>(ops: Operations<T>, x: T) => T,
  dim = tokens * width
): Piece {
  return {
    dim,
    build: (ops) => operation(ops, ops.reshape(ops.state(), tokens, width))
  }
}

/** A value that is made from the time alone, in several tokens none of which is like another. */
function clock<T>(ops: Operations<T>, name: string, tokens: number, width: number): T {
  const place = ops.parameter(`${name}.place`, tokens, width)
  return ops.add(place, ops.dense(`${name}.clock`, [ops.time()], width, { activation: 'tanh' }), 0.5)
}

/** What of an image is left or becomes more must be as many numbers as there were: a layer at the end sees to that. */
function image(
  size: ImageSize,
  channels: number,
  out: number,
  operation: <T>(ops: Operations<T>, x: T) => T
): Piece {
  const tokens = size[0] * size[1]
  return on(tokens, channels, (ops, x) =>
    ops.dense('last', [ops.reshape(operation(ops, x), 1, out)], tokens * channels)
  )
}

function conv(size: ImageSize, channels: number, out: number, options: ConvOptions): Piece {
  const [height, width] = convolved(size, options)
  return image(size, channels, height * width * out, (ops, x) => ops.conv('conv', x, size, out, options))
}

const half = (width: number): number => Math.ceil(width / 2)

/** Every operation in its forms, by a name of each; the shape as a name says it is (tokens, width). */
export const PIECES: Readonly<Record<string, Piece>> = Object.fromEntries([
  ...WIDTHS.flatMap((width, i): [string, Piece][] => {
    const tokens = TOKENS[i % TOKENS.length]
    const shape = `(${tokens}, ${width})`
    const heads = [1, 2, 3, 4].filter((h) => width % h === 0)
    return [
      [`a layer norm on ${shape}`, on(tokens, width, (ops, x) => ops.layerNorm(x, 1e-3))],
      [`an RMS norm on ${shape}`, on(tokens, width, (ops, x) => ops.rmsNorm(x, 1e-3))],
      ...heads.map((groups): [string, Piece] => [
        `a norm of ${groups} groups on ${shape}`,
        on(tokens, width, (ops, x) => ops.groupNorm(x, groups, 1e-3))
      ]),
      [
        `a modulated group norm on ${shape}`,
        on(tokens, width, (ops, x) =>
          ops.modulate(ops.groupNorm(x, 1), ops.parameter('shift', 1, width), clock(ops, 'scale', 1, width))
        )
      ],
      [
        `a sum of two states on ${shape}`,
        on(tokens, width, (ops, x) => ops.add(ops.activate(x, 'tanh'), x, -0.7))
      ],
      [
        `a sum of the same on ${shape}`,
        on(tokens, width, (ops, x) => {
          const y = ops.activate(x, 'sine')
          return ops.add(y, y, 0.3)
        })
      ],
      [
        `a sum with a clock on ${shape}`,
        on(tokens, width, (ops, x) => ops.add(x, clock(ops, 'clock', tokens, width), 1.5))
      ],
      [
        `a clock less a state on ${shape}`,
        on(tokens, width, (ops, x) => ops.add(clock(ops, 'clock', 1, width), x, -1))
      ],
      [
        `a square on ${shape}`,
        on(tokens, width, (ops, x) => {
          const y = ops.activate(x, 'tanh')
          return ops.multiply(y, y)
        })
      ],
      [
        `a product of two states on ${shape}`,
        on(tokens, width, (ops, x) => ops.multiply(ops.activate(x, 'sigmoid'), ops.activate(x, 'cosine')))
      ],
      [
        `a product with a clock on ${shape}`,
        on(tokens, width, (ops, x) => ops.multiply(clock(ops, 'clock', tokens, width), x))
      ],
      [
        `a product with a token of the state on ${shape}`,
        on(tokens, width, (ops, x) => {
          const one = ops.dense('one', [ops.state()], width)
          return ops.add(ops.multiply(one, x), one)
        })
      ],
      [
        `columns of ${shape} in another order`,
        on(tokens, width, (ops, x) =>
          ops.concat(
            [
              ops.slice(x, half(width), width - half(width)),
              ops.slice(ops.activate(x, 'tanh'), 0, half(width))
            ].slice(width === 1 ? 1 : 0)
          )
        )
      ],
      [
        `a layer on ${shape} beside a clock`,
        on(tokens, width, (ops, x) => ops.dense('layer', [clock(ops, 'clock', tokens, width), x], width))
      ],
      [
        `a layer on two states ${shape}`,
        on(tokens, width, (ops, x) => ops.dense('layer', [x, ops.activate(x, 'sine')], width))
      ],
      [
        `a transpose of ${shape}`,
        on(tokens, width, (ops, x) =>
          ops.transpose(ops.activate(ops.transpose(ops.transpose(x)), 'softplus'))
        )
      ],
      [
        `other shapes of ${shape}`,
        on(tokens, width, (ops, x) =>
          ops.activate(
            ops.reshape(ops.reshape(ops.activate(x, 'tanh'), width, tokens), 1, tokens * width),
            'sine'
          )
        )
      ],
      [
        `a gate of the state on ${shape}`,
        on(tokens, width, (ops, x) =>
          ops.addGated(x, ops.dense('gate', [ops.state()], width), ops.activate(x, 'tanh'))
        )
      ],
      ...heads.map((count): [string, Piece] => [
        `an attention of ${count} heads on ${shape}`,
        on(tokens, width, (ops, x) => {
          const [q, k, v] = ['q', 'k', 'v'].map((name) => ops.dense(name, [x], width))
          return ops.attention(q, k, v, count)
        })
      ]),
      [
        `an attention of ${shape} to a clock`,
        on(tokens, width, (ops, x) => {
          const keys = clock(ops, 'keys', 7, width)
          return ops.attention(x, keys, ops.multiply(keys, keys), heads[heads.length - 1])
        })
      ]
    ]
  }),
  ...([1, 2, 3, 5, 8, 9] as const).flatMap((channels, i): [string, Piece][] => {
    const size: ImageSize = [[3, 5] as const, [4, 4] as const, [7, 2] as const][i % 3]
    const out = [4, 3, 9][i % 3]
    const shape = `${size.join(' x ')} x ${channels}`
    return [
      [`a convolution of 3 x 3 on ${shape}`, conv(size, channels, out, { activation: 'silu' })],
      [`one of 1 x 1 on ${shape}`, conv(size, channels, out, { kernel: 1, activation: 'gelu' })],
      [`one of 1 x 1 with stride 2 on ${shape}`, conv(size, channels, out, { kernel: 1, stride: 2 })],
      [`one of 3 x 3 with stride 2 on ${shape}`, conv(size, channels, out, { stride: 2 })],
      [`one of 2 x 2 with stride 2 on ${shape}`, conv(size, channels, out, { kernel: 2, stride: 2 })],
      [`one of 3 x 3 with two pixels around on ${shape}`, conv(size, channels, out, { padding: 2 })],
      [`one of 5 x 5 with stride 3 on ${shape}`, conv(size, channels, out, { kernel: 5, stride: 3 })],
      [
        `every pixel twice of ${shape}`,
        image(size, channels, 4 * size[0] * size[1] * channels, (ops, x) => ops.upsample(x, size, 2))
      ],
      [
        `every pixel three times of ${shape}`,
        image(size, channels, 9 * size[0] * size[1] * channels, (ops, x) => ops.upsample(x, size, 3))
      ]
    ]
  }),
  ['a convolution of more windows than are gathered at a time', conv([9, 7], 4, 5, { activation: 'tanh' })],
  ['an attention over many keys', attentionOverMany(21, 6, 2)],
  ['an attention over as many keys as a vector holds lanes', attentionOverMany(8, 12, 3)]
])

function attentionOverMany(tokens: number, width: number, heads: number): Piece {
  return on(tokens, width, (ops, x) =>
    ops.attention(ops.activate(x, 'sine'), x, ops.dense('v', [x], width), heads)
  )
}

/** The time made into several tokens by each operation that has to work without a state. */
export const CLOCKS: Readonly<Record<string, <T>(ops: Operations<T>) => T>> = {
  'a layer': (ops) => ops.dense('layer', [clock(ops, 'a', 3, 5), clock(ops, 'b', 3, 6)], 7, SILU),
  'a mix of tokens': (ops) => ops.mixTokens('mix', clock(ops, 'a', 3, 5), 4, SILU),
  'a sum': (ops) => ops.add(clock(ops, 'a', 3, 5), clock(ops, 'b', 1, 5), -2),
  'a product': (ops) => ops.multiply(clock(ops, 'a', 1, 5), clock(ops, 'b', 3, 5)),
  'an activation': (ops) => ops.activate(clock(ops, 'a', 3, 5), 'softplus'),
  'columns beside columns': (ops) =>
    ops.concat([ops.slice(clock(ops, 'a', 3, 5), 1, 3), clock(ops, 'b', 3, 2)]),
  'another shape': (ops) => ops.reshape(clock(ops, 'a', 3, 5), 5, 3),
  'a transpose': (ops) => ops.transpose(clock(ops, 'a', 3, 5)),
  'a layer norm': (ops) => ops.layerNorm(clock(ops, 'a', 3, 5)),
  'an RMS norm': (ops) => ops.rmsNorm(clock(ops, 'a', 3, 5)),
  'a group norm': (ops) => ops.groupNorm(clock(ops, 'a', 3, 6), 3),
  'a modulation': (ops) => ops.modulate(clock(ops, 'a', 3, 5), clock(ops, 'b', 1, 5), clock(ops, 'c', 1, 5)),
  'a gate': (ops) => ops.addGated(clock(ops, 'a', 3, 5), clock(ops, 'b', 1, 5), clock(ops, 'c', 3, 5)),
  'a convolution': (ops) => ops.conv('conv', clock(ops, 'a', 12, 3), [3, 4], 5, SILU),
  'pixels twice': (ops) => ops.upsample(clock(ops, 'a', 6, 3), [2, 3], 2),
  patches: (ops) => ops.patches(ops.reshape(clock(ops, 'a', 4, 4), 1, 16), [4, 4, 1], 2),
  'an attention': (ops) =>
    ops.attention(clock(ops, 'a', 3, 6), clock(ops, 'b', 5, 6), clock(ops, 'c', 5, 4), 2)
}

const SILU: { activation: Activation } = { activation: 'silu' }
