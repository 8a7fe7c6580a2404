import { channelsLast } from './channelsLast.ts'
import { list, number, text } from './attributes.ts'
import { arrange } from './arrange.ts'
import type { Constant } from './constant.ts'
import { axis, held, sizeOf, type Atom, type Value } from './layout.ts'
import type { Node } from './model.ts'
import { Unsupported } from './unsupported.ts'
import type { GraphWriter } from './writer.ts'

interface Image {
  /** One pixel a token, row by row; its channels the width. */
  readonly node: number
  readonly size: [height: number, width: number]
  readonly channels: number
  readonly value: Value
}

function imageOf(writer: GraphWriter, value: Value): Image {
  if (value.axes.length !== 4)
    throw new Unsupported(`a tensor of ${value.axes.length} axes in the place of images`)
  const [, channels, height, width] = value.axes.map(held)
  const moved = arrange(writer, value, [...height, ...width], channels)
  return { node: moved.node, size: [sizeOf(height), sizeOf(width)], channels: sizeOf(channels), value: moved }
}

/** A value of these images. */
function imageValue(
  { value: { axes } }: Image,
  node: number,
  height: readonly Atom[],
  width: readonly Atom[],
  channels: readonly Atom[]
): Value {
  return { node, rows: [...height, ...width], columns: channels, axes: [axes[0], channels, height, width] }
}

/** Square windows; patches side by side are a layer on each. */
export function convolve(
  writer: GraphWriter,
  node: Node,
  value: Value,
  weight: Constant,
  bias: Constant | undefined,
  wanted: string
): Value {
  const image = imageOf(writer, value)
  const [channels, inputs, kernel, wide] = weight.shape
  const [stride, padding] = [only(list(node, 'strides') ?? [1]), only(list(node, 'pads') ?? [0])]
  if (text(node, 'auto_pad', 'NOTSET') !== 'NOTSET')
    throw new Unsupported('a padding that is not written down')
  if (number(node, 'group', 1) !== 1 || inputs !== image.channels)
    throw new Unsupported('a convolution by groups')
  if (only(list(node, 'dilations') ?? [1]) !== 1) throw new Unsupported('a dilated convolution')
  if (weight.shape.length !== 4 || kernel !== wide || stride === undefined || padding === undefined)
    throw new Unsupported('a convolution that is not the same along height and width')
  const [height, width] = image.size.map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1)
  const biases = bias === undefined ? new Float32Array(channels) : Float32Array.from(bias.data)
  const weights = channelsLast(Float32Array.from(weight.data), inputs, kernel * wide)
  const out = [axis(height), axis(width), axis(channels)] as const
  if (kernel === stride && padding === 0 && image.size.every((size) => size % kernel === 0)) {
    const node =
      kernel === 1
        ? image.node
        : writer.push({
            op: 'patches',
            inputs: [writer.reshape(image.node, 1, image.size[0] * image.size[1] * inputs)],
            image: [...image.size, inputs],
            patch: kernel
          })
    return imageValue(image, writer.dense(wanted, node, channels, weights, biases), ...out)
  }
  const name = writer.name(wanted)
  writer.tensor(`${name}.weight`, [channels, kernel, kernel, inputs], weights)
  writer.tensor(`${name}.bias`, [channels], biases)
  const place = writer.push({
    op: 'conv',
    name,
    inputs: [image.node],
    image: image.size,
    channels,
    kernel,
    stride,
    padding
  })
  return imageValue(image, place, ...out)
}

/** The one number that a list holds. */
function only(values: readonly number[]): number | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined
}

/** Every pixel so many times as `shape`, the shape that comes out of it, says. */
export function enlarge(writer: GraphWriter, node: Node, value: Value, shape: readonly number[]): Value {
  const image = imageOf(writer, value)
  const [height, width] = shape.slice(2)
  const factor = height / image.size[0]
  const mode = text(node, 'mode', 'nearest')
  const [where, rounding] = [
    text(node, 'coordinate_transformation_mode', node.type === 'Upsample' ? 'asymmetric' : 'half_pixel'),
    text(node, 'nearest_mode', node.type === 'Upsample' ? 'floor' : 'round_prefer_floor')
  ]
  if (mode !== 'nearest') throw new Unsupported(`${mode} interpolation`)
  const plain =
    (where === 'asymmetric' && rounding === 'floor') ||
    (where.includes('half_pixel') && rounding.startsWith('round'))
  if (!plain || !Number.isInteger(factor) || width !== factor * image.size[1] || shape.length !== 4)
    throw new Unsupported('an enlargement of images that is not a whole number of times in height and width')
  if (factor === 1) return image.value
  const place = writer.push({ op: 'upsample', inputs: [image.node], image: image.size, factor })
  return imageValue(image, place, axis(height), axis(width), image.value.columns)
}

/** Means of patches side by side: a layer on each, with weights of its own. */
export function averagePool(writer: GraphWriter, node: Node, value: Value): Value {
  const image = imageOf(writer, value)
  const kernel = only(list(node, 'kernel_shape') ?? [])
  const padding = only(list(node, 'pads') ?? [0])
  if (
    kernel === undefined ||
    only(list(node, 'strides') ?? []) !== kernel ||
    padding !== 0 ||
    image.size.some((size) => size % kernel !== 0)
  )
    throw new Unsupported('a pooling that is not by squares side by side')
  const { channels } = image
  const weights = writer.zeros(channels * kernel ** 2 * channels)
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < kernel ** 2; p++) weights[(c * kernel ** 2 + p) * channels + c] = 1 / kernel ** 2
  const patches = writer.push({
    op: 'patches',
    inputs: [writer.reshape(image.node, 1, image.size[0] * image.size[1] * channels)],
    image: [...image.size, channels],
    patch: kernel
  })
  const [height, width] = image.size.map((size) => size / kernel)
  return imageValue(
    image,
    writer.dense('mean', patches, channels, weights),
    axis(height),
    axis(width),
    image.value.columns
  )
}
