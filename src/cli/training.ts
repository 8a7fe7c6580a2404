import * as v from 'valibot'
import { GaussflowError } from '../error.ts'
import { parseCsv, type Table } from '../io/csv.ts'
import { parseNpy } from '../io/npy.ts'
import type { Architecture, ImageShape } from '../schema/architecture.ts'
import { ModelNameSchema } from '../schema/manifest.ts'
import type { TrainingSettings } from '../train/settings.ts'
import type { Batch } from '../types.ts'
import { numeral } from './arguments.ts'
import { UsageError, type Arguments } from './command.ts'
import { asUsage } from './flags.ts'
import { suggestion } from './nearest.ts'
import { batchOf, naming, readBytes } from './input.ts'

/** What a training run learns, and how its rows are to be read. */
export interface Rows {
  readonly points: Batch
  readonly columns: readonly string[] | undefined
  readonly image: ImageShape | undefined
  /** data = shift + scale * state. */
  readonly preprocessing: { shift: number | number[]; scale: number | number[] }
  /** How many rows to judge by. */
  readonly heldOut: number
}

/** Reads and checks the rows that the flags `data`, `columns`, `image` and `held-out` describe. */
export async function readRows({ flags }: Arguments, path: string): Promise<Rows> {
  const image = typeof flags.image === 'string' ? imageOf(flags.image) : undefined
  const share = numeral(flags['held-out'] ?? '0.1')
  if (typeof share !== 'number' || share < 0 || share >= 1)
    throw new UsageError(`\`held-out\` must be a share from 0 to below 1, got ${share}`)
  const select = typeof flags.columns === 'string' ? flags.columns.split(',') : undefined
  if (select !== undefined && !path.endsWith('.csv'))
    throw new UsageError('`columns` must be left out for a .npy file, whose columns have no names')
  const points = await readTable(path, select)
  if (image !== undefined) checkPixels(points, image)
  const preprocessing = image === undefined ? standardisation(points) : { shift: 0.5, scale: 0.5 }
  return { points, columns: points.columns, image, preprocessing, heldOut: Math.floor(share * points.count) }
}

async function readTable(path: string, names: readonly string[] | undefined): Promise<Table> {
  const bytes = await readBytes(path, 'data')
  return naming('data', path, () => {
    if (!path.endsWith('.csv')) return { ...batchOf(parseNpy(bytes), 'data'), columns: undefined }
    const text = bytes.toString('utf8')
    return names === undefined ? parseWhole(text) : parseCsv(selectColumns(text, names))
  })
}

/** All columns; where one of them holds no numbers, there is a flag to leave it out. */
function parseWhole(text: string): Table {
  try {
    return parseCsv(text)
  } catch (error) {
    if (!(error instanceof GaussflowError)) throw error
    throw new GaussflowError(error.code, `${error.message}; --columns picks the columns to learn`, {
      cause: error
    })
  }
}

/** The table with the named columns only, so that the others may hold anything, such as labels. */
function selectColumns(text: string, names: readonly string[]): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')))
  const [header] = lines
  const places = names.map((name) => {
    const at = header.indexOf(name)
    if (at < 0)
      throw new UsageError(
        `\`columns\` must name columns of the first line, got ${name}${suggestion(name, header) || `; it has ${header.join(', ')}`}`
      )
    return at
  })
  return lines.map((cells) => places.map((at) => cells[at] ?? '').join(',')).join('\n')
}

/** `28x28x1` as height, width and channels. @throws UsageError */
export function imageOf(text: string): ImageShape {
  const sizes = /^(\d+)x(\d+)(?:x(\d+))?$/.exec(text)
  if (sizes === null)
    throw new UsageError(`\`image\` must be height, width and channels as in 28x28x1, got ${text}`)
  const [, height, width, channels = '1'] = sizes
  return [Number(height), Number(width), Number(channels)]
}

function checkPixels({ dim, data }: Batch, [height, width, channels]: ImageShape): void {
  const pixels = height * width * channels
  if (dim !== pixels)
    throw new GaussflowError(
      'shape_mismatch',
      `\`data\` must have rows of ${pixels} pixels, as \`image\` says, got rows of ${dim}`,
      { path: 'data' }
    )
  const at = data.findIndex((value) => !(value >= 0 && value <= 1))
  if (at < 0) return
  const place = `data[${Math.floor(at / dim)}][${at % dim}]`
  throw new GaussflowError(
    'invalid_argument',
    `\`${place}\` must be a pixel from 0 to 1, got ${data[at]}; divide 8-bit pixels by 255`,
    { path: place }
  )
}

/** Mean 0 and variance 1 for every coordinate; one that never changes is only shifted. */
function standardisation({ count, dim, data }: Batch): { shift: number[]; scale: number[] } {
  const shift = new Array<number>(dim).fill(0)
  const scale = new Array<number>(dim).fill(0)
  data.forEach((value, i) => (shift[i % dim] += value / count))
  data.forEach((value, i) => (scale[i % dim] += (value - shift[i % dim]) ** 2 / count))
  return { shift, scale: scale.map((variance) => Math.sqrt(variance) || 1) }
}

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

/** What the run computes, from the flags and the rows, checked by the schema of the settings. */
export async function settingsOf({ flags }: Arguments, { points, image }: Rows): Promise<TrainingSettings> {
  const { trainingSettings } = await import('../train/settings.ts')
  const given = {
    schedule: flags.schedule,
    prediction: flags.prediction,
    steps: numeral(flags.steps) ?? 5000,
    batch: numeral(flags.batch),
    learningRate: numeral(flags['learning-rate']),
    seed: numeral(flags.seed),
    architecture: architectureOf(flags, points.dim, image)
  }
  // The schema is what makes settings of what was typed.
  return asUsage(() => trainingSettings(given as unknown as Parameters<typeof trainingSettings>[0]))
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
