import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatNpy } from '../../src/io/index.ts'
import { blobs, newFolder, pictures, put } from './fixtures.ts'
import { gaussflow } from './io.ts'

const folder = newFolder()
const flow = put(folder, 'blobs.json', blobs)
const npy = formatNpy({ shape: [1, 2], data: Float32Array.of(0, 1) })
const flowFile = (name: string, target: object, schedule = 'linear'): string =>
  put(folder, name, { schedule, target })
const { target } = blobs

mkdirSync(join(folder, 'pictures'))
mkdirSync(join(folder, 'empty'))
put(join(folder, 'pictures'), 'model.json', pictures)
flowFile('cosine.json', target, 'cosine')
flowFile('indefinite.json', {
  kind: 'gaussian',
  mean: [0, 0],
  covariance: [
    [1, 2],
    [2, 1]
  ]
})
flowFile('misspelt.json', { ...target, weihgts: [1] })
put(folder, 'broken.json', '{"schedule": "linear",')
put(folder, 'broken-points.json', '[[1, 2],')
put(folder, 'words.json', '[["a", 2]]')
put(folder, 'infinite.json', '[[1, 1e999]]')
put(folder, 'wide.json', '[[1, 2, 3]]')
put(folder, 'ragged.json', '[[1, 2], [3]]')
put(folder, 'lying.json', '{"shape": [2, 2], "data": [1, 2, 3]}')
put(folder, 'nan.csv', '1,2\n3,nan\n')
put(folder, 'ragged.csv', '1,2\n3\n')
put(folder, 'empty.csv', '')
put(folder, 'cut.npy', npy.slice(0, -3))
put(folder, 'flat.npy', formatNpy({ shape: [2], data: Float32Array.of(0, 1) }))
put(folder, 'fake.npy', 'not an array')
put(folder, 'fake.png', 'not a picture')
put(folder, 'letters.csv', 'kind,size\na,1\nb,2\n')
put(folder, 'bright.csv', '0,0,0,255\n')
put(folder, 'points.csv', '0,1\n')

/** FOLDER stands for the folder of the files above, FLOW for the flow file in it. */
const USAGE: readonly (readonly [string, string])[] = [
  ['smaple digits', 'gaussflow: there is no command smaple; did you mean sample?'],
  [
    'vectorise',
    'gaussflow: there is no command vectorise; the commands are sample, encode, decode, transport, velocity, log-prob, certify, impute, anomaly, calibrate, train, reflow, quantize, import, export, serve'
  ],
  ['help smaple', 'gaussflow: there is no command smaple; did you mean sample?'],
  ['sample', 'gaussflow sample: `model` must be given'],
  ['sample FLOW FLOW', 'gaussflow sample: one model must be given, got also FLOW'],
  ['sample FLOW --cuont 3', 'gaussflow sample: there is no flag --cuont; did you mean --count?'],
  ['sample FLOW --count', 'gaussflow sample: `--count` must be followed by its value, as in --count N'],
  ['sample FLOW --count 0', 'gaussflow sample: `count` must be an integer from 1 to 1000000, got 0'],
  ['sample FLOW --count 2.5', 'gaussflow sample: `count` must be an integer from 1 to 1000000, got 2.5'],
  [
    'sample FLOW --count 1e9',
    'gaussflow sample: `count` must be an integer from 1 to 1000000, got 1000000000'
  ],
  ['sample FLOW --count many', 'gaussflow sample: `count` must be an integer from 1 to 1000000, got "many"'],
  ['sample FLOW --seed -1', 'gaussflow sample: `seed` must be an integer from 0 to 9007199254740991, got -1'],
  [
    'sample FLOW --first 4294967296',
    'gaussflow sample: `first` must be an integer from 0 to 4294967295, got 4294967296'
  ],
  ['sample FLOW --steps 0', 'gaussflow sample: `steps` must be an integer from 1 to 10000, got 0'],
  [
    'sample FLOW --solver rk5',
    'gaussflow sample: `solver` must be "euler" or "midpoint" or "heun" or "rk4" or "bosh3" or "dopri5" or "tsit5" or "ab2" or "ddim" or "dpmpp2m" or "implicit-midpoint" or "stochastic", got "rk5"'
  ],
  [
    'sample FLOW --schedule cosine',
    'gaussflow sample: `schedule` must be linear or trigonometric or follmer or vp or ve or polynomial, got cosine'
  ],
  ['sample FLOW --kernel fast', 'gaussflow sample: `kernel` must be plain or relaxed or scalar, got fast'],
  ['sample FLOW --maxNfe 0', 'gaussflow sample: `maxNfe` must be an integer from 1 to 2147483647, got 0'],
  ['sample FLOW --out x.txt', 'gaussflow sample: `out` must end in .json, .npy, .csv or .png, got x.txt'],
  ['sample FLOW --out x', 'gaussflow sample: `out` must end in .json, .npy, .csv or .png, got x'],
  [
    'sample FLOW --out x.png',
    'gaussflow sample: `out` must end in .json, .npy or .csv where the points are no pictures, got x.png'
  ],
  ['encode FLOW', 'gaussflow encode: `input` must be given, as in --input FILE'],
  ['encode FLOW --input x.jpg', 'gaussflow encode: `input` must end in .json, .npy, .csv or .png, got x.jpg'],
  ['decode FLOW --input x.png', 'gaussflow decode: `input` must end in .json, .npy or .csv, got x.png'],
  ['velocity FLOW --input -', 'gaussflow velocity: `time` must be given, as in --time 0.5'],
  [
    'velocity FLOW --input - --time 1.5',
    'gaussflow velocity: `time` must be a number from 0 (noise) to 1 (data), got 1.5'
  ],
  ['train digits', 'gaussflow train: `train` takes flags only, got digits'],
  ['train --out models/x', 'gaussflow train: `data` must be given, as in --data PATH'],
  ['train --data x.csv', 'gaussflow train: `out` must be given, as in --out FOLDER'],
  ['train --data x.xlsx --out models/x', 'gaussflow train: `data` must end in .csv or .npy, got x.xlsx'],
  [
    'train --data x.csv --out models/Penguins',
    'gaussflow train: `name` must be lower-case words joined by hyphens, got Penguins; give one with --name'
  ],
  [
    'train --data x.csv --out models/x --image big',
    'gaussflow train: `image` must be height, width and channels as in 28x28x1, got big'
  ],
  [
    'train --data x.csv --out models/x --heldOut 1',
    'gaussflow train: `heldOut` must be a share from 0 to below 1, got 1'
  ],
  [
    'train --data x.npy --out models/x --columns a',
    'gaussflow train: `columns` must be left out for a .npy file, whose columns have no names'
  ],
  [
    'train --data FOLDER/letters.csv --out models/x --columns sise',
    'gaussflow train: `columns` must name columns of the first line, got sise; did you mean size?'
  ],
  [
    'train --data FOLDER/points.csv --out models/x --architecture mixer',
    'gaussflow train: `image` must be given for a mixer, as in --image 28x28x1'
  ],
  [
    'train --data FOLDER/points.csv --out models/x --architecture transformer',
    'gaussflow train: `architecture.kind` must be "mlp" or "residual-mlp" or "mixer" or "patch-transformer" or "unet" or "graph", got "transformer"'
  ],
  [
    'train --data FOLDER/points.csv --out models/x --schedule cosine',
    'gaussflow train: `schedule` must be "linear" or "trigonometric" or "follmer" or "vp" or "ve" or "polynomial" or an object, got "cosine"'
  ],
  [
    'serve --port 65536',
    'gaussflow serve: `port` must be an integer from 0 (any free one) to 65535, got 65536'
  ],
  ['serve digits', 'gaussflow serve: `serve` takes flags only, got digits']
]

const FAILURES: readonly (readonly [string, string | RegExp])[] = [
  [
    'sample nope',
    /^gaussflow sample: `model` must be .*the path of a model folder or flow file, got "nope"$/
  ],
  [
    'sample FOLDER/empty',
    'gaussflow sample: the model folder "FOLDER/empty" must hold a model.json, and does not'
  ],
  ['sample FOLDER/broken.json', /^gaussflow sample: the manifest or flow file must be JSON: .*$/],
  [
    'sample FOLDER/cosine.json',
    'gaussflow sample: `schedule` must be "linear" or "trigonometric" or "follmer" or "vp" or "ve" or "polynomial" or an object, got "cosine"'
  ],
  [
    'sample FOLDER/misspelt.json',
    'gaussflow sample: `target.weihgts` is not a field that is known here; known are kind, weights, means, covariances, stds'
  ],
  ['sample FOLDER/indefinite.json', /^gaussflow sample: `target.covariance` must be positive definite.*$/],
  [
    'sample FLOW --out FOLDER/missing/x.npy',
    'gaussflow sample: `out` must be a file that can be written, got FOLDER/missing/x.npy (no such file or directory)'
  ],
  [
    'encode FLOW --input missing.json',
    'gaussflow encode: `input` must be a file that can be read, got missing.json (no such file or directory)'
  ],
  [
    'encode FLOW --input FOLDER/empty.csv',
    'gaussflow encode: `input` cannot be read from FOLDER/empty.csv: a .csv file must have at least one row of numbers, got none'
  ],
  [
    'encode FLOW --input FOLDER/broken-points.json',
    /^gaussflow encode: `input` must be JSON, but FOLDER\/broken-points.json is not: .*$/
  ],
  ['encode FLOW --input -', /^gaussflow encode: `input` must be JSON, but the standard input is not: .*$/],
  ['encode FLOW --input FOLDER/words.json', 'gaussflow encode: `input[0][0]` must be a number, got "a"'],
  [
    'encode FLOW --input FOLDER/infinite.json',
    'gaussflow encode: `input[0][1]` must be a finite 32-bit number, got Infinity'
  ],
  [
    'encode FLOW --input FOLDER/wide.json',
    'gaussflow encode: `input` must have rows of length 2 (the dimension of the flow), got 3'
  ],
  ['encode FLOW --input FOLDER/ragged.json', 'gaussflow encode: `input[1]` must have length 2, got 1'],
  [
    'encode FLOW --input FOLDER/lying.json',
    'gaussflow encode: `input.data` must hold 2 x 2 = 4 numbers, got 3'
  ],
  [
    'encode FLOW --input FOLDER/nan.csv',
    'gaussflow encode: `input` cannot be read from FOLDER/nan.csv: line 2, column 2 must be a finite number, got "nan"'
  ],
  [
    'encode FLOW --input FOLDER/ragged.csv',
    'gaussflow encode: `input` cannot be read from FOLDER/ragged.csv: line 2 must have 2 columns, got 1'
  ],
  [
    'encode FLOW --input FOLDER/cut.npy',
    /^gaussflow encode: `input` cannot be read from FOLDER\/cut.npy: .*must have 8 bytes of data, got 5; is the file cut off\?$/
  ],
  [
    'encode FLOW --input FOLDER/flat.npy',
    'gaussflow encode: `input` must be an array of rows, shape (count, dim), got shape (2)'
  ],
  [
    'encode FLOW --input FOLDER/fake.npy',
    /^gaussflow encode: `input` cannot be read from FOLDER\/fake.npy: an .npy file must begin with .*$/
  ],
  [
    'encode FLOW --input FOLDER/fake.png',
    'gaussflow encode: `input` must be .json, .npy or .csv for a model whose data are no pictures, got FOLDER/fake.png'
  ],
  [
    'encode FOLDER/pictures --input FOLDER/fake.png',
    'gaussflow encode: `input` cannot be read from FOLDER/fake.png: the file must be a PNG image, and cannot be read as one'
  ],
  [
    'train --data missing.csv --out models/x',
    'gaussflow train: `data` must be a file that can be read, got missing.csv (no such file or directory)'
  ],
  [
    'train --data FOLDER/letters.csv --out models/x',
    'gaussflow train: `data` cannot be read from FOLDER/letters.csv: line 2, column 1 must be a finite number, got "a"; --columns picks the columns to learn, --labels one of labels'
  ],
  [
    'train --data FOLDER/points.csv --out models/x --image 2x2',
    'gaussflow train: `data` must have rows of 4 pixels, as `image` says, got rows of 2'
  ],
  [
    'train --data FOLDER/bright.csv --out models/x --image 2x2',
    'gaussflow train: `data[0][3]` must be a pixel from 0 to 1, got 255; divide 8-bit pixels by 255'
  ],
  ['serve --models /nowhere', 'gaussflow serve: `models` must be a folder of model folders, got /nowhere'],
  [
    'serve --host nowhere.invalid --port 0',
    /^gaussflow serve: `host` must be one that this machine can listen on, got nowhere.invalid .*$/
  ]
]

const placed = (text: string): string => text.replaceAll('FLOW', flow).replaceAll('FOLDER', folder)

describe.each([
  { title: 'a wrong call ends with status 2', status: 2, cases: USAGE },
  { title: 'a failure ends with status 1', status: 1, cases: FAILURES }
])('$title and one line', ({ status, cases }) => {
  it.each(cases.map(([line, message]) => ({ line, message })))(
    'gaussflow $line',
    async ({ line, message }) => {
      const before = readdirSync(folder)
      const ended = await gaussflow(placed(line), 'no JSON')
      expect(ended.stdout).toBe('')
      expect(ended.stderr).toMatch(/^[^\n]*\n$/)
      const said = ended.stderr.trimEnd().replaceAll(folder, 'FOLDER')
      if (typeof message === 'string') expect(said).toBe(message.replaceAll('FLOW', 'FOLDER/blobs.json'))
      else expect(said).toMatch(message)
      expect(ended.status).toBe(status)
      expect(readdirSync(folder)).toEqual(before)
    }
  )
})
