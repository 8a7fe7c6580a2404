import * as v from 'valibot'
import { GaussflowError } from '../error.ts'
import type { Architecture, ImageShape } from '../schema/architecture.ts'
import { ModelNameSchema } from '../schema/manifest.ts'
import type { TrainingSettingsInput } from '../train/settings.ts'
import { numeral } from './arguments.ts'
import { UsageError, type Arguments } from './command.ts'
import { asUsage, listOf } from './flags.ts'
import type { Rows } from './trainingRows.ts'

/** The model's name, before hours are spent on it. */
export function checkName(name: string): string {
  const { success } = v.safeParse(ModelNameSchema, name)
  if (success) return name
  throw new GaussflowError(
    'invalid_argument',
    `\`name\` must be lower-case words joined by hyphens, got ${name}; give one with --name`,
    { path: 'name' }
  )
}

/** The flags that are settings of the same name. */
export const SETTINGS = [
  ...[
    'schedule',
    'prediction',
    'coupling',
    'steps',
    'minutes',
    'batch',
    'learningRate',
    'learningRateSchedule'
  ],
  ...['warmup', 'finalRate', 'weightDecay', 'clip', 'ema', 'conditionDropout', 'patience', 'seed']
] as const

/** What the run computes, from the flags and the rows, checked by the schema of the settings, which knows the rest. */
export async function settingsOf({ flags }: Arguments, rows: Rows): Promise<TrainingSettingsInput> {
  const { trainingSettings } = await import('../train/settings.ts')
  const { points, image, labels } = rows
  const condition = labels && { kind: 'label' as const, classes: labels.names.length }
  const given = {
    ...runningOf(flags),
    ...(typeof flags.dequantise === 'string' && { dequantise: stepsOf(flags.dequantise) }),
    architecture: { ...architectureOf(flags, points.dim, image), ...(condition && { condition }) }
  }
  // The schema is what makes settings of what was typed.
  const settings = given as unknown as TrainingSettingsInput
  asUsage(() => trainingSettings(settings))
  return settings
}

/** Those of the settings that do not depend on the data, as they were typed. */
export function runningOf(flags: Arguments['flags']): Record<string, unknown> {
  return {
    ...Object.fromEntries(SETTINGS.map((name) => [name, numeral(flags[name])])),
    ...(flags.steps === undefined && flags.minutes === undefined && { steps: 5000 }),
    ...(flags.time !== undefined && { time: { kind: flags.time } })
  }
}

function stepsOf(text: string): unknown {
  const steps = listOf(text)
  return steps.length === 1 ? steps[0] : steps
}

function architectureOf(flags: Arguments['flags'], dim: number, image: ImageShape | undefined): Architecture {
  const kind = flags.architecture ?? (image === undefined ? 'residual-mlp' : 'mixer')
  const size = (name: string, otherwise: number): number =>
    (numeral(flags[name]) as number | undefined) ?? otherwise
  const activation = 'silu'
  if (kind === 'mlp') {
    const depth = size('depth', 3)
    const hidden = new Array<number>(Number.isInteger(depth) && depth > 0 ? depth : 0).fill(
      size('width', 128)
    )
    return { kind, dim, hidden, activation }
  }
  if (kind === 'mixer' || kind === 'patch-transformer' || kind === 'unet') {
    if (image === undefined)
      throw new UsageError(`\`image\` must be given for a ${kind}, as in --image 28x28x1`)
    if (kind === 'unet') {
      const sizes = { width: size('width', 32), blocks: size('depth', 1), groups: 8, timeWidth: 64 }
      return { kind, image, ...sizes, multipliers: multipliersFor(image), activation }
    }
    const [patch, width] = [size('patch', 4), size('width', 96)]
    if (kind === 'patch-transformer') {
      const sizes = { depth: size('depth', 4), heads: headsFor(width), hidden: 2 * width }
      return { kind, image, patch, width, ...sizes, timeWidth: 64, activation }
    }
    const tokens = Math.max(1, (image[0] / patch) * (image[1] / patch))
    const hidden = { tokenHidden: Math.round(2 * tokens), channelHidden: 2 * width }
    return { kind, image, patch, width, depth: size('depth', 4), ...hidden, timeWidth: 64, activation }
  }
  const sizes = { width: size('width', 128), depth: size('depth', 3), timeWidth: 64 }
  // An unknown kind goes to the schema as it is, which knows what there is.
  return { kind: kind as 'residual-mlp', dim, ...sizes, activation }
}

/** Each level as wide as the one before or twice that; three of them, or as many as the image can be halved for. */
function multipliersFor([height, width]: ImageShape): number[] {
  const halves = (by: number): boolean => height % by === 0 && width % by === 0
  return [1, 2, 2].slice(0, halves(4) ? 3 : halves(2) ? 2 : 1)
}

/** Heads of 32 channels or a little more, as many as divide the width. */
function headsFor(width: number): number {
  let heads = Math.max(1, Math.floor(width / 32))
  while (width % heads > 0) heads--
  return heads
}
