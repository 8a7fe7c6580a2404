import type { UnetArchitecture } from '../schema/architecture.ts'
import { modulations, timeEmbedding } from './modulation.ts'
import type { ImageSize, Operations } from './operations.ts'
import { selfAttention } from './patchTransformer.ts'

/**
 * A U-Net: residual blocks of convolutions on an image that is halved from level to level, and on the way back up the blocks see
 * what those on the way down have made. Each block's second norm is modulated by the time; the coarsest level may attend.
 *
 * @see Ho, Jain & Abbeel, "Denoising Diffusion Probabilistic Models", arXiv 2006.11239, appendix B; the modulation is that of
 *   Dhariwal & Nichol, "Diffusion Models Beat GANs on Image Synthesis", arXiv 2105.05233, section 3.
 */
export function unet<T>(ops: Operations<T>, architecture: UnetArchitecture): T {
  const { image, width, multipliers, blocks, heads, timeWidth, activation, condition } = architecture
  const [height, columns, channels] = image
  const embedding = timeEmbedding(ops, timeWidth, activation, condition)
  const block = (name: string, x: Feature<T>, out: number): Feature<T> =>
    residualBlock(ops, name, x, out, embedding, architecture)
  const widths = multipliers.map((multiplier) => width * multiplier)
  const [last] = widths.slice(-1)

  const pixels = ops.reshape(ops.state(), height * columns, channels)
  const size: ImageSize = [height, columns]
  let h: Feature<T> = { value: ops.conv('input', pixels, size, width), size, width }
  const skips: Feature<T>[] = []
  widths.forEach((out, level) => {
    for (let i = 0; i < blocks; i++) {
      h = block(`down.${level}.${i}`, h, out)
      skips.push(h)
    }
    if (level < widths.length - 1) h = halved(ops, `down.${level}.half`, h)
  })
  h = block('middle.0', h, last)
  if (heads !== undefined) {
    const seen = affineNorm(ops, 'middle.attention.norm', h, architecture)
    const attended = selfAttention(ops, 'middle.attention', seen, last, heads, true)
    h = { ...h, value: ops.add(h.value, attended) }
  }
  h = block('middle.1', h, last)
  for (let level = widths.length - 1; level >= 0; level--) {
    for (let i = 0; i < blocks; i++) {
      const skip = skips.pop() ?? h
      const both = { ...h, value: ops.concat([h.value, skip.value]), width: h.width + skip.width }
      h = block(`up.${level}.${i}`, both, widths[level])
    }
    if (level > 0) h = doubled(ops, `up.${level}.double`, h)
  }
  const normed = ops.activate(affineNorm(ops, 'output.norm', h, architecture), activation)
  return ops.reshape(
    ops.conv('output', normed, size, channels, { zero: true }),
    1,
    height * columns * channels
  )
}

/** An image of so many channels, in any implementation of the operations. */
interface Feature<T> {
  readonly value: T
  readonly size: ImageSize
  readonly width: number
}

type Block = Pick<UnetArchitecture, 'groups' | 'activation'>

/** x + conv(activation(modulated norm(conv(activation(norm(x)))))), with x taken to as many channels by a convolution of 1 x 1. */
function residualBlock<T>(
  ops: Operations<T>,
  name: string,
  x: Feature<T>,
  width: number,
  embedding: T,
  { groups, activation }: Block
): Feature<T> {
  const { size } = x
  const first = ops.activate(affineNorm(ops, `${name}.norm`, x, { groups }), activation)
  const inner = ops.conv(`${name}.0`, first, size, width)
  const [shift, scale] = modulations(ops, `${name}.modulation`, embedding, width, 2)
  const second = ops.activate(ops.modulate(ops.groupNorm(inner, groups), shift, scale), activation)
  const branch = ops.conv(`${name}.1`, second, size, width, { zero: true })
  const same = x.width === width
  const kept = same ? x.value : ops.conv(`${name}.skip`, x.value, size, width, { kernel: 1 })
  return { value: ops.add(kept, branch), size, width }
}

/** A group norm with a learned shift, and a learned gain of 1 + scale. */
function affineNorm<T>(
  ops: Operations<T>,
  name: string,
  { value, width }: Feature<T>,
  { groups }: Pick<Block, 'groups'>
): T {
  const [shift, scale] = ['shift', 'scale'].map((part) => ops.parameter(`${name}.${part}`, 1, width))
  return ops.modulate(ops.groupNorm(value, groups), shift, scale)
}

/** Half the height and width. */
function halved<T>(ops: Operations<T>, name: string, { value, size, width }: Feature<T>): Feature<T> {
  return {
    value: ops.conv(name, value, size, width, { stride: 2 }),
    size: [size[0] / 2, size[1] / 2],
    width
  }
}

/** Twice the height and width. */
function doubled<T>(ops: Operations<T>, name: string, { value, size, width }: Feature<T>): Feature<T> {
  const twice: ImageSize = [2 * size[0], 2 * size[1]]
  return { value: ops.conv(name, ops.upsample(value, size, 2), twice, width), size: twice, width }
}
