import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { formatNpy, parseNpy } from '../../src/io/index.ts'
import { blobs, get, post, postBytes, problemOf, rowsOf } from './http.ts'
import { pictures, SHAPE } from './pictures.ts'

const NPY = 'application/x-npy'
const PNG = 'image/png'
const [HEIGHT, WIDTH] = SHAPE

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

/** Posts to the app over the picture model. */
function postPictures(
  path: string,
  fields: object,
  accept = 'application/json'
): Response | Promise<Response> {
  const headers = { 'content-type': 'application/json', accept }
  return pictures.request(path, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'specks', ...fields })
  })
}

const latents = (count: number) =>
  Array.from({ length: count }, (_, i) => new Array<number>(HEIGHT * WIDTH).fill(i / 10))

describe('an .npy answer', () => {
  it('holds the numbers of the JSON answer, as 32-bit floats', async () => {
    const fields = { model: blobs, seed: 4, count: 3, solver: 'rk4', steps: 7 }
    const response = await post('/v1/sample', fields, { accept: NPY })
    expect(response.headers.get('content-type')).toBe(NPY)
    const { shape, data } = parseNpy(await bytesOf(response))
    const json = await rowsOf(post('/v1/sample', fields))
    expect(shape).toEqual(json.shape)
    expect(Array.from(data)).toEqual(json.data.flat())
  })

  it('says in headers what the JSON answer says beside its numbers', async () => {
    const { headers } = await post(
      '/v1/sample',
      { model: blobs, seed: 4, first: 9, solver: 'rk4', steps: 7 },
      { accept: NPY }
    )
    const names = ['nfe', 'solver', 'steps', 'seed', 'first', 'status', 'diverged']
    expect(names.map((name) => headers.get(`gaussflow-${name}`))).toEqual([
      '28',
      'rk4',
      '7',
      '4',
      '9',
      'ok',
      '0'
    ])
  })

  it('counts the rows that diverged', async () => {
    const model = { schedule: 'linear', target: { kind: 'gaussian', mean: [-3e38], covariance: [[1]] } }
    const { headers } = await post('/v1/decode', { model, input: [[0], [3e38]], steps: 2 }, { accept: NPY })
    expect([headers.get('gaussflow-status'), headers.get('gaussflow-diverged')]).toEqual(['diverged', '1'])
  })
})

describe('an .npy body', () => {
  const input = [0.5, -1, 2, 3]
  const body = formatNpy({ shape: [2, 2], data: Float32Array.from(input) })
  const model = 'specks'

  it.each([
    ['encode', 'steps=3&solver=euler', { steps: 3, solver: 'euler' }],
    ['decode', '', {}],
    ['velocity', 'time=0.25', { time: 0.25 }]
  ])('of %s?%s means what the same JSON means', async (route, query, fields) => {
    const rows = latents(2)
    const npy = formatNpy({ shape: [2, HEIGHT * WIDTH], data: Float32Array.from(rows.flat()) })
    const response = await pictures.request(`/v1/${route}?model=${model}&${query}`, {
      method: 'POST',
      headers: { 'content-type': NPY },
      body: npy
    })
    const same = await postPictures(`/v1/${route}`, {
      ...fields,
      input: rows.map((row) => Array.from(Float32Array.from(row)))
    })
    expect(await rowsOf(response)).toEqual(await rowsOf(same))
  })

  it('takes one image a row from an array of images', async () => {
    const images = formatNpy({ shape: [2, HEIGHT, WIDTH], data: new Float32Array(2 * HEIGHT * WIDTH) })
    const init = { method: 'POST', headers: { 'content-type': NPY }, body: images }
    expect((await rowsOf(pictures.request('/v1/encode?model=specks', init))).shape).toEqual([
      2,
      HEIGHT * WIDTH
    ])
  })

  it.each([
    ['is cut off', body.slice(0, -1), 'invalid_file'],
    ['is no .npy at all', new Uint8Array([1, 2, 3]), 'invalid_file'],
    ['is empty', new Uint8Array(), 'invalid_file'],
    ['has one dimension', formatNpy({ shape: [4], data: new Float32Array(4) }), 'shape_mismatch'],
    ['holds no rows', formatNpy({ shape: [0, 2], data: new Float32Array() }), 'shape_mismatch'],
    ['has rows of another length', body, 'shape_mismatch']
  ])('that %s is refused', async (_, bytes, code) => {
    const problem = await problemOf(postBytes('/v1/encode?model=digits', NPY, bytes))
    expect(problem).toMatchObject({ status: 400, code, path: 'input' })
  })

  it('that holds NaN is refused by the number', async () => {
    const nan = formatNpy({ shape: [1, 784], data: new Float32Array(784).fill(NaN, 5, 6) })
    const problem = await problemOf(postBytes('/v1/encode?model=digits', NPY, nan))
    expect(problem).toMatchObject({ status: 400, code: 'not_finite', path: 'input[0][5]' })
  })

  it.each(['steps=ten', 'solver=4', 'step=3', 'input=3'])('is refused beside the query %s', async (query) => {
    const fits = formatNpy({ shape: [1, 784], data: new Float32Array(784) })
    const problem = await problemOf(postBytes(`/v1/encode?model=digits&${query}`, NPY, fits))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_argument', path: query.split('=')[0] })
  })
})

describe('a PNG answer', () => {
  it.each([
    [1, 1, 1],
    [4, 2, 2],
    [5, 3, 2],
    [10, 4, 3]
  ])('lays %i images out in %i columns and %i rows', async (count, columns, rows) => {
    const response = await postPictures('/v1/sample', { count }, PNG)
    expect(response.headers.get('content-type')).toBe(PNG)
    expect(response.headers.get('gaussflow-nfe')).toBe('4')
    expect(decode(await bytesOf(response))).toMatchObject({
      width: columns * WIDTH,
      height: rows * HEIGHT,
      channels: 1,
      depth: 8
    })
  })

  it.each([
    ['sample', { count: 3, seed: 2 }],
    ['decode', { input: latents(3) }]
  ])('of %s shows the numbers of the JSON answer as brightness', async (route, fields) => {
    const png = decode(await bytesOf(await postPictures(`/v1/${route}`, fields, PNG)))
    const { data } = await rowsOf(postPictures(`/v1/${route}`, fields))
    data.forEach((row, i) => {
      row.forEach((value, j) => {
        const [x, y] = [(i % 2) * WIDTH + (j % WIDTH), Math.floor(i / 2) * HEIGHT + Math.floor(j / WIDTH)]
        expect(png.data[y * png.width + x]).toBe(Math.round(255 * Math.min(1, Math.max(0, value!))))
      })
    })
  })

  it('of a bundled model is as large as its images', async () => {
    const response = await post(
      '/v1/sample',
      { model: 'digits', count: 2, seed: 7, steps: 2 },
      { accept: PNG }
    )
    expect(response.status).toBe(200)
    expect(decode(await bytesOf(response))).toMatchObject({ width: 56, height: 28, channels: 1 })
  })
})

describe('what a client does not accept', () => {
  it.each([
    ['sample', { count: 1 }, 'text/html'],
    ['encode', { input: latents(1) }, PNG],
    ['velocity', { input: latents(1), time: 0.5 }, PNG]
  ])('is not sent: %s', async (route, fields, accept) => {
    const problem = await problemOf(postPictures(`/v1/${route}`, fields, accept))
    expect(problem).toMatchObject({ status: 406, code: 'not_acceptable', path: 'accept' })
    expect(problem.detail).toContain(NPY)
  })

  it('is not sent: a picture of what is no picture', async () => {
    expect(await problemOf(post('/v1/sample', { model: blobs }, { accept: PNG }))).toMatchObject({
      status: 406
    })
  })

  it('is not sent: a list of models as a picture', async () => {
    expect(await problemOf(get('/v1/models', { accept: PNG }))).toMatchObject({ status: 406 })
  })
})
