import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { GaussflowError } from '../error.ts'
import { decodePng } from '../io/png.ts'
import type { ImageShape } from '../schema/architecture.ts'
import type { Batch } from '../types.ts'
import { naming, readBytes } from './input.ts'

/** Pictures of one size, and the label of each where they lie in folders of labels. */
export interface Pictures {
  readonly points: Batch
  readonly image: ImageShape
  readonly labels: readonly string[] | undefined
}

const MOST_NUMBERS = 2 ** 28 // a gigabyte of pixels
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 1, 6: 3 } // by the colour type of a PNG; alpha is dropped

/**
 * Reads a folder of .png files, or of one such folder for each label; in the order of their names, pixels in [0, 1].
 *
 * @throws GaussflowError that names the file at fault
 */
export async function readImageFolder(folder: string): Promise<Pictures> {
  const files = await picturesIn(folder)
  const first = await readBytes(files[0].path, 'data')
  const image = naming('data', files[0].path, () => shapeOf(first))
  const dim = image[0] * image[1] * image[2]
  if (files.length * dim > MOST_NUMBERS) {
    const message = `\`data\` must hold at most ${MOST_NUMBERS} numbers, got ${files.length} pictures of ${dim}; make them smaller or fewer`
    throw new GaussflowError('over_limit', message, { path: 'data' })
  }
  const data = new Float32Array(files.length * dim)
  for (const [i, { path }] of files.entries()) {
    const bytes = await readBytes(path, 'data')
    naming('data', path, () => {
      const shape = shapeOf(bytes)
      if (shape.join() !== image.join()) refuseShape(files[0].path, image, path, shape)
      data.set(decodePng(bytes, image).data, i * dim)
    })
  }
  const labels = files.flatMap(({ label }) => (label === undefined ? [] : [label]))
  return {
    points: { count: files.length, dim, data },
    image,
    labels: labels.length > 0 ? labels : undefined
  }
}

interface PictureFile {
  readonly path: string
  readonly label?: string
}

async function picturesIn(folder: string): Promise<PictureFile[]> {
  const { files, folders } = await listed(folder)
  if (files.length > 0 && folders.length > 0)
    refuse(folder, `pictures or a folder for each label, got both: ${files[0]} and ${folders[0]}`)
  if (files.length > 0) return files.map((name) => ({ path: join(folder, name) }))
  const labelled: PictureFile[] = []
  for (const label of folders) {
    const inside = await listed(join(folder, label))
    if (inside.folders.length > 0)
      refuse(join(folder, label), `pictures alone, got the folder ${inside.folders[0]}`)
    if (inside.files.length === 0) refuse(join(folder, label), 'at least one .png file, got none')
    labelled.push(...inside.files.map((name) => ({ path: join(folder, label, name), label })))
  }
  if (labelled.length === 0) refuse(folder, 'at least one .png file, got none')
  return labelled
}

/** What is in a folder, in the order of the names; hidden files are passed over, as file managers do. */
async function listed(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted()
  const folders = names.filter((name) => statSync(join(folder, name)).isDirectory())
  const files = names.filter((name) => !folders.includes(name))
  const other = files.find((name) => !/\.png$/i.test(name))
  if (other !== undefined) refuse(folder, `.png files, got ${other}; convert it or take it out`)
  return { files, folders }
}

/** Height, width and channels, from the header that is the first chunk of every PNG. */
function shapeOf(bytes: Buffer): ImageShape {
  const channels = bytes.length > 25 ? CHANNELS[bytes[25]] : undefined
  if (channels === undefined || bytes.toString('latin1', 12, 16) !== 'IHDR')
    throw new GaussflowError(
      'invalid_file',
      'the file must be a PNG image in grey or in colours, without a palette'
    )
  return [bytes.readUInt32BE(20), bytes.readUInt32BE(16), channels]
}

function refuse(folder: string, what: string): never {
  throw new GaussflowError('invalid_argument', `\`data\` must hold in ${folder} ${what}`, { path: 'data' })
}

function refuseShape(first: string, image: ImageShape, path: string, shape: ImageShape): never {
  const [want, got] = [image, shape].map((sizes) => sizes.join(' x '))
  const message = `\`data\` must hold pictures of one size, ${want} as ${first}, got ${got} in ${path}`
  throw new GaussflowError('shape_mismatch', message, { path: 'data' })
}
