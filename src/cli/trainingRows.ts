import { statSync } from 'node:fs'
import { GaussflowError } from '../error.ts'
import type { ImageShape } from '../schema/architecture.ts'
import { STANDARDISE, type Standardise } from '../schema/standardise.ts'
import type { Batch } from '../types.ts'
import { numeral } from './arguments.ts'
import { UsageError, type Arguments } from './command.ts'
import { formatOf } from './format.ts'
import { readImageFolder } from './imageFolder.ts'
import { readTable } from './trainingTable.ts'

/** What a training run learns, and what its rows are. */
export interface Rows {
  readonly points: Batch
  readonly columns: readonly string[] | undefined
  readonly image: ImageShape | undefined
  /** The names of the labels in order, and the place of each row's among them. */
  readonly labels: { readonly names: readonly string[]; readonly of: readonly number[] } | undefined
  /** Of which numbers mean and variance are taken out; undefined of pictures, whose pixels go from [0, 1] to [-1, 1]. */
  readonly standardise: Standardise | undefined
  /** How many rows to judge by. */
  readonly heldOut: number
}

/** Refuses, before anything is read, what `--data` cannot be. */
export function checkSource(path: string): void {
  if (!isFolder(path)) formatOf('data', path, ['csv', 'npy'])
}

/** Reads and checks the rows that the flags `data`, `columns`, `labels`, `image`, `standardise` and `heldOut` describe. */
export async function readRows({ flags }: Arguments, path: string): Promise<Rows> {
  const share = numeral(flags.heldOut ?? '0.1')
  if (typeof share !== 'number' || share < 0 || share >= 1)
    throw new UsageError(`\`heldOut\` must be a share from 0 to below 1, got ${share}`)
  const standardise = STANDARDISE.find((name) => name === flags.standardise)
  if (flags.standardise !== undefined && standardise === undefined)
    throw new UsageError(`\`standardise\` must be columns, all or none, got ${flags.standardise}`)
  const read = isFolder(path) ? await fromFolder(flags, path) : await fromTable(flags, path)
  const { points, image, labels } = read
  if (image !== undefined) checkPixels(points, image)
  return {
    ...read,
    labels: labels && numbered(labels),
    standardise: standardise ?? (image === undefined ? 'columns' : undefined),
    heldOut: Math.floor(share * points.count)
  }
}

type Read = Pick<Rows, 'points' | 'columns' | 'image'> & { readonly labels: readonly string[] | undefined }

async function fromFolder(flags: Arguments['flags'], path: string): Promise<Read> {
  for (const name of ['columns', 'image', 'labels'] as const) {
    if (flags[name] === undefined) continue
    const why = name === 'labels' ? 'are the names of its folders' : 'the pictures themselves say'
    throw new UsageError(`\`${name}\` must be left out for a folder of pictures, which ${why}`)
  }
  return { ...(await readImageFolder(path)), columns: undefined }
}

async function fromTable(flags: Arguments['flags'], path: string): Promise<Read> {
  const image = typeof flags.image === 'string' ? imageOf(flags.image) : undefined
  const columns = typeof flags.columns === 'string' ? flags.columns.split(',') : undefined
  if (columns !== undefined && !path.toLowerCase().endsWith('.csv'))
    throw new UsageError('`columns` must be left out for a .npy file, whose columns have no names')
  const named = typeof flags.labels === 'string' ? flags.labels : undefined
  const { table, labels } = await readTable(path, columns, named)
  const { columns: names, ...points } = table
  return { points, columns: names, image, labels }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Labels in the order of their numbers where all are numbers, else of their letters. */
function numbered(labels: readonly string[]): Rows['labels'] {
  const distinct = [...new Set(labels)]
  const numbers = distinct.every((label) => Number.isFinite(Number(label)))
  const names = numbers ? distinct.toSorted((a, b) => Number(a) - Number(b)) : distinct.toSorted()
  if (names.length < 2)
    throw new GaussflowError(
      'invalid_argument',
      `\`labels\` must be of at least two kinds, got ${names[0]} for every row`,
      { path: 'labels' }
    )
  const places = new Map(names.map((name, i) => [name, i]))
  return { names, of: labels.map((label) => places.get(label)!) }
}

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
