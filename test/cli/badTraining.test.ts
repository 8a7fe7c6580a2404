import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatNpy } from '../../src/io/index.ts'
import { encodePng } from '../../src/io/png.ts'
import { newFolder, put } from './fixtures.ts'
import { gaussflow } from './io.ts'

const folder = newFolder()
put(folder, 'letters.csv', 'kind,size\na,1\nb,2\n')
put(folder, 'points.csv', '0,1\n')
put(folder, 'halves.csv', '1\n1\n0.5\n')
put(folder, 'same.csv', 'kind,size\na,1\na,2\n')
put(folder, 'gap.csv', 'kind,size\na,1\n,2\n')
put(folder, 'data.npy', formatNpy({ shape: [1, 2], data: Float32Array.of(0, 1) }))

const picture = (width: number, channels = 1): Uint8Array => {
  const data = new Float32Array(2 * width * channels)
  return encodePng({ count: 1, dim: data.length, data }, [2, width, channels])
}
/** A folder of files, each at its path. */
function pictures(name: string, files: Record<string, string | Uint8Array>): void {
  mkdirSync(join(folder, name))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, path, '..'), { recursive: true })
    put(join(folder, name), path, content)
  }
}
pictures('none', { '.hidden': '' })
pictures('photos', { 'a.png': picture(2), 'cat.jpg': '' })
pictures('both', { 'a.png': picture(2), 'b/a.png': picture(2) })
pictures('sizes', { 'a.png': picture(2), 'b.png': picture(4) })
pictures('colours', { 'x/a.png': picture(2), 'y/b.png': picture(2, 3) })
pictures('broken', { 'a.png': picture(2), 'b.png': picture(2).slice(0, 40) })
pictures('fake', { 'a.png': 'not a picture' })
pictures('deep', { 'x/y/a.png': picture(2) })
pictures('hollow', { 'x/a.png': picture(2), 'y/.keep': '' })
pictures('good', { 'a.png': picture(2) })

/** FOLDER stands for the folder of the files above. */
const USAGE: readonly (readonly [string, string])[] = [
  [
    '--data FOLDER/letters.csv --out models/x --labels kin',
    '`labels` must name a column of the first line, got kin; did you mean kind?'
  ],
  [
    '--data FOLDER/points.csv --out models/x --standardise rows',
    '`standardise` must be columns, all or none, got rows'
  ],
  [
    '--data FOLDER/points.csv --out models/x --coupling optimal',
    '`coupling` must be "independent" or "optimal-transport", got "optimal"'
  ],
  ['--data FOLDER/points.csv --out models/x --minutes 0', '`minutes` must be greater than 0, got 0'],
  [
    '--data FOLDER/points.csv --out models/x --patience 2',
    '`patience` must be left out without `heldOut`, whose loss it watches'
  ],
  [
    '--data FOLDER/points.csv --out models/x --samples 0',
    '`samples` must be an integer of at least 1, got 0'
  ],
  [
    '--data FOLDER/halves.csv --out models/x --dequantise 1',
    '`dequantise` must be the step of the values, or 0 where there is none, got 1 for data[0][0] = 1 and data[2][0] = 0.5'
  ],
  [
    '--data FOLDER/good --out models/x --image 2x2',
    '`image` must be left out for a folder of pictures, which the pictures themselves say'
  ],
  [
    '--data FOLDER/data.npy --out models/x --labels digits.csv',
    '`labels` must be a .npy file beside a .npy file, got digits.csv'
  ]
]

const FAILURES: readonly (readonly [string, string])[] = [
  [
    '--data FOLDER/letters.csv --out models/x --labels size',
    '`data` cannot be read from FOLDER/letters.csv: line 2, column 1 must be a finite number, got "a"'
  ],
  [
    '--data FOLDER/same.csv --out models/x --labels kind',
    '`labels` must be of at least two kinds, got a for every row'
  ],
  [
    '--data FOLDER/gap.csv --out models/x --labels kind',
    '`labels` must name a column without gaps, got nothing under kind in line 3'
  ],
  [
    '--data FOLDER/data.npy --out models/x --labels FOLDER/data.npy',
    '`labels` must hold 1 integers, one for each row, got 2 in FOLDER/data.npy'
  ],
  ['--data FOLDER/none --out models/x', '`data` must hold in FOLDER/none at least one .png file, got none'],
  [
    '--data FOLDER/photos --out models/x',
    '`data` must hold in FOLDER/photos .png files, got cat.jpg; convert it or take it out'
  ],
  [
    '--data FOLDER/both --out models/x',
    '`data` must hold in FOLDER/both pictures or a folder for each label, got both: a.png and b'
  ],
  [
    '--data FOLDER/sizes --out models/x',
    '`data` must hold pictures of one size, 2 x 2 x 1 as FOLDER/sizes/a.png, got 2 x 4 x 1 in FOLDER/sizes/b.png'
  ],
  [
    '--data FOLDER/colours --out models/x',
    '`data` must hold pictures of one size, 2 x 2 x 1 as FOLDER/colours/x/a.png, got 2 x 2 x 3 in FOLDER/colours/y/b.png'
  ],
  [
    '--data FOLDER/broken --out models/x',
    '`data` cannot be read from FOLDER/broken/b.png: the file must be a PNG image, and cannot be read as one'
  ],
  [
    '--data FOLDER/fake --out models/x',
    '`data` cannot be read from FOLDER/fake/a.png: the file must be a PNG image in grey or in colours, without a palette'
  ],
  ['--data FOLDER/deep --out models/x', '`data` must hold in FOLDER/deep/x pictures alone, got the folder y'],
  [
    '--data FOLDER/hollow --out models/x',
    '`data` must hold in FOLDER/hollow/y at least one .png file, got none'
  ]
]

describe.each([
  ['a wrong call ends with status 2 and one line', 2, USAGE],
  ['data that cannot be learned end with status 1 and one line', 1, FAILURES]
] as const)('%s', (_, status, cases) => {
  it.each(cases)('gaussflow train %s', async (line, message) => {
    const ended = await gaussflow(`train ${line.replaceAll('FOLDER', folder)}`)
    expect(ended).toMatchObject({ status, stdout: '' })
    expect(ended.stderr.replaceAll(folder, 'FOLDER')).toBe(`gaussflow train: ${message}\n`)
  })
})
