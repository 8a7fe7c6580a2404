import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFlow } from '../../src/index.ts'
import { formatNpy, parseNpy } from '../../src/io/index.ts'
import { decodePng } from '../../src/io/png.ts'
import { blobs, newFolder, pictures, put, table } from './fixtures.ts'
import { gaussflow } from './io.ts'

interface Answer {
  shape: [number, number]
  data: number[][]
  [field: string]: unknown
}

/** A folder with a flow file, and two model folders. */
function models() {
  const folder = newFolder()
  const model = (name: string, manifest: unknown): string => {
    mkdirSync(join(folder, name))
    put(join(folder, name), 'model.json', manifest)
    return join(folder, name)
  }
  return {
    folder,
    flow: put(folder, 'blobs.json', blobs),
    pictures: model('pictures', pictures),
    table: model('table', table),
    path: (name: string) => join(folder, name)
  }
}

async function answerOf(line: string, stdin?: string): Promise<Answer> {
  const { status, stdout, stderr } = await gaussflow(line, stdin)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout) as Answer
}

describe('sample', () => {
  it("prints the library's samples, their shape and their cost", async () => {
    const { flow } = models()
    const answer = await answerOf(`sample ${flow} --count 5 --seed 7 --solver rk4 --steps 9`)
    using opened = await openFlow(blobs)
    const { data } = opened.sample({ count: 5, seed: 7, solver: 'rk4', steps: 9 })
    const [status, reached] = [Array(5).fill('ok'), Array(5).fill(1)]
    const row = { nfe: 36, solver: 'rk4', steps: 9, status, reached, seed: 7, first: 0 }
    const { shape, data: rows, ...rest } = answer
    expect([shape, rest]).toEqual([[5, 2], row])
    expect(rows.flat()).toEqual([...data])
  })

  it('runs the flow on the schedule that is asked for, by as many evaluations as are allowed', async () => {
    const { flow } = models()
    using opened = await openFlow(blobs, { schedule: 'trigonometric' })
    const drawn = opened.sample({ count: 3, seed: 7, maxNfe: 20 })
    const line = `sample ${flow} --count 3 --seed 7 --schedule trigonometric --maxNfe 20`
    const { stdout, stderr, status } = await gaussflow(line)
    expect(status).toBe(0)
    expect(stderr).toBe('3 of 3 rows did not arrive: nfe_limit\n')
    const rows = { nfe: 20, status: drawn.status, reached: [...drawn.reached] }
    expect(JSON.parse(stdout)).toMatchObject(rows)
  })

  it('draws one sample with seed 0 unless told otherwise', async () => {
    const { flow } = models()
    expect(await answerOf(`sample ${flow}`)).toMatchObject({
      shape: [1, 2],
      seed: 0,
      first: 0,
      solver: 'heun',
      steps: 50
    })
  })

  it('sample i alone equals sample i of a batch', async () => {
    const { flow } = models()
    const { data } = await answerOf(`sample ${flow} --count 4 --seed 3`)
    expect((await answerOf(`sample ${flow} --seed 3 --first 2`)).data[0]).toEqual(data[2])
  })

  it("takes the model's own solver and steps where none are given", async () => {
    expect(await answerOf(`sample ${models().pictures}`)).toMatchObject({ solver: 'rk4', steps: 8, nfe: 32 })
  })

  it('writes the same numbers as .json, .npy and .csv, and says so on the standard error alone', async () => {
    const { flow, path } = models()
    const { data } = await answerOf(`sample ${flow} --count 3`)
    for (const name of ['x.json', 'x.npy', 'x.csv']) {
      const { stdout, stderr, status } = await gaussflow(`sample ${flow} --count 3 --out ${path(name)}`)
      expect([status, stdout, stderr]).toEqual([0, '', `wrote ${path(name)}: 3 x 2\n`])
    }
    expect((JSON.parse(readFileSync(path('x.json'), 'utf8')) as Answer).data).toEqual(data)
    expect(parseNpy(readFileSync(path('x.npy')))).toEqual({
      shape: [3, 2],
      data: Float32Array.from(data.flat())
    })
    const csv = readFileSync(path('x.csv'), 'utf8').trim().split('\n')
    expect(csv.map((line) => line.split(',').map((cell) => Math.fround(Number(cell))))).toEqual(data)
  })

  it("writes the names of the model's columns over a .csv", async () => {
    const { table, path } = models()
    await gaussflow(`sample ${table} --count 2 --out ${path('x.csv')}`)
    expect(readFileSync(path('x.csv'), 'utf8')).toMatch(/^length,width\n[\d.]+,[\d.]+\n[\d.]+,[\d.]+\n$/)
  })

  it('writes more rows than one block holds, each once', async () => {
    const { flow, path } = models()
    await gaussflow(`sample ${flow} --count 2001 --steps 1 --out ${path('x.csv')}`)
    const { data } = await answerOf(`sample ${flow} --count 2001 --steps 1`)
    const cells = readFileSync(path('x.csv'), 'utf8').trim().split(/[\n,]/)
    expect(cells.map((cell) => Math.fround(Number(cell)))).toEqual(data.flat())
  })

  it("draws a model of pictures as one .png, within a byte's rounding", async () => {
    const { pictures, path } = models()
    const { data } = await answerOf(`sample ${pictures} --count 4 --seed 1`)
    await gaussflow(`sample ${pictures} --count 4 --seed 1 --out ${path('x.png')}`)
    const drawn = decodePng(readFileSync(path('x.png')), [2, 2, 1])
    expect(drawn.count).toBe(4)
    drawn.data.forEach((pixel, i) => {
      expect(Math.abs(pixel - Math.min(1, Math.max(0, data.flat()[i])))).toBeLessThanOrEqual(0.5 / 255 + 1e-6)
    })
  })
})

describe('encode and decode', () => {
  it('decode undoes encode through a pipe', async () => {
    const { flow } = models()
    const solving = '--solver rk4 --steps 200'
    const drawn = await gaussflow(`sample ${flow} --count 3 --seed 5 ${solving}`)
    const encoded = await gaussflow(`encode ${flow} --input - ${solving}`, drawn.stdout)
    const decoded = await answerOf(`decode ${flow} --input - ${solving}`, encoded.stdout)
    const { data } = JSON.parse(drawn.stdout) as Answer
    decoded.data.flat().forEach((value, i) => expect(value).toBeCloseTo(data.flat()[i], 3))
  })

  it('rows, { shape, data }, .npy and .csv are the same points', async () => {
    const { flow, folder } = models()
    const rows = [
      [-2, 0.5],
      [2, -0.25],
      [0, 0]
    ]
    const { data } = await answerOf(`encode ${flow} --input -`, JSON.stringify(rows))
    const inputs = [
      put(folder, 'rows.json', rows),
      put(folder, 'nested.json', { shape: [3, 2], data: rows }),
      put(folder, 'flat.json', { shape: [3, 2], data: rows.flat() }),
      put(folder, 'rows.npy', formatNpy({ shape: [3, 2], data: Float32Array.from(rows.flat()) })),
      put(folder, 'rows.csv', rows.map((row) => row.join(',')).join('\n')),
      put(folder, 'named.csv', `x,y\n${rows.map((row) => row.join(',')).join('\r\n')}\n`)
    ]
    for (const input of inputs)
      expect((await answerOf(`encode ${flow} --input ${input}`)).data, input).toEqual(data)
  })

  it('encodes the pictures of a .png', async () => {
    const { pictures, path } = models()
    await gaussflow(`sample ${pictures} --count 4 --seed 2 --out ${path('x.png')}`)
    const { data } = decodePng(readFileSync(path('x.png')), [2, 2, 1])
    using flow = await openFlow(pictures)
    const expected = flow.encode({ count: 4, dim: 4, data })
    const answer = await answerOf(`encode ${pictures} --input ${path('x.png')}`)
    expect(answer.data.flat()).toEqual([...expected.data])
  })

  it('decode gives pictures, encode gives none', async () => {
    const { pictures, path } = models()
    expect(
      await gaussflow(`decode ${pictures} --input - --out ${path('x.png')}`, '[[0,0,0,0]]')
    ).toMatchObject({ status: 0 })
    const encode = await gaussflow(`encode ${pictures} --input - --out ${path('z.png')}`, '[[0,0,0,0]]')
    expect(encode.status).toBe(2)
    expect(encode.stderr).toContain('`out` must end in .json, .npy or .csv')
  })
})

describe('velocity', () => {
  it('is ((2t - 1) / (t^2 + (1 - t)^2)) x from noise to a standard normal', async () => {
    const normal = put(newFolder(), 'normal.json', {
      schedule: 'linear',
      target: {
        kind: 'gaussian',
        mean: [0, 0],
        covariance: [
          [1, 0],
          [0, 1]
        ]
      }
    })
    const t = 0.37
    const { shape, data, ...rest } = await answerOf(`velocity ${normal} --input - --time ${t}`, '[[1, -2]]')
    const factor = (2 * t - 1) / (t * t + (1 - t) ** 2)
    expect(shape).toEqual([1, 2])
    expect(data[0][0]).toBeCloseTo(factor, 6)
    expect(data[0][1]).toBeCloseTo(-2 * factor, 6)
    expect(rest).toEqual({ nfe: 1, time: t })
  })
})

it('sample on several threads writes the bytes of one, and refuses threads that cannot be', async () => {
  const of = (more: string) => gaussflow(`sample digits --count 70 --seed 3 --steps 2${more}`)
  const [one, several] = [await of(''), await of(' --threads 2')]
  expect([several.status, several.stderr]).toEqual([0, ''])
  expect(several.stdout).toEqual(one.stdout)
  const { status, stderr } = await of(' --threads 0')
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining('`threads` must be an integer from 1 to 256, got 0')
  ])
})
