import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openFlow, type Manifest } from '../../src/index.ts'
import { parseCsv } from '../../src/io/csv.ts'
import { gaussian, mixture } from '../flow/flows.ts'
import { gaussflow } from './io.ts'

const folder = mkdtempSync(join(tmpdir(), 'gaussflow-impute-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const model = file('gaussian.json', JSON.stringify(gaussian('linear')))

describe('gaussflow impute', () => {
  it('draws what is missing of a table: empty cells, NaN, NA and ?', async () => {
    const input = file('rows.csv', 'a,b,c\n1,,0.5\nNA,-2,?\n')
    const out = join(folder, 'out.csv')
    const { status, stderr } = await gaussflow(
      `impute ${model} --input ${input} --count 2 --seed 7 --out ${out}`
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: `wrote ${out}: 4 x 3\n` })
    using flow = await openFlow(gaussian('linear'))
    const expected = await flow.impute(
      [
        [1, null, 0.5],
        [null, -2, null]
      ],
      { count: 2, seed: 7 }
    )
    expect(parseCsv(readFileSync(out, 'utf8')).data).toEqual(expected.data)
  })

  it('takes null in JSON from the standard input, and says how it drew', async () => {
    const { stdout } = await gaussflow(`impute ${model} --input - --steps 5`, '[[1, null, 0.5]]')
    const answer = JSON.parse(stdout) as { shape: number[]; data: number[][] }
    expect(answer).toMatchObject({
      shape: [1, 3],
      method: 'guided',
      steps: 5,
      nfe: 14,
      seed: 0,
      first: 0,
      status: ['ok']
    })
    expect([answer.data[0][0], answer.data[0][2]]).toEqual([1, 0.5])
  })

  it('takes a mask, or a matrix, from a file', async () => {
    using flow = await openFlow(gaussian('linear'))
    const mask = file('mask.csv', '1,0,0\n')
    const masked = await gaussflow(
      `impute ${model} --input - --mask ${mask} --noiseStd 0.1,0.2,0.3`,
      '[[1, 2, 0.5]]'
    )
    const shown = await flow.impute([[1, 2, 0.5]], { mask: [1, 0, 0], noiseStd: [0.1, 0.2, 0.3] })
    expect((JSON.parse(masked.stdout) as { data: number[][] }).data.flat()).toEqual([...shown.data])
    const operator = file('operator.json', '[[1, 1, 0]]')
    const seen = await gaussflow(`impute ${model} --input - --operator ${operator} --noiseStd 0.1`, '[[1]]')
    const expected = await flow.impute([[1]], { operator: [[1, 1, 0]], noiseStd: 0.1 })
    expect((JSON.parse(seen.stdout) as { data: number[][] }).data.flat()).toEqual([...expected.data])
  })

  it.each([
    ['--noiseStd x', 2, '`noiseStd` must be a number of at least 0, or one for each observation, got "x"'],
    [
      '--method exact --steps 3',
      2,
      '`steps` must be left out with the method exact, which is a formula, got 3; choose guided'
    ],
    [
      '--mask nowhere.csv',
      1,
      '`mask` must be a file that can be read, got nowhere.csv (no such file or directory)'
    ]
  ])('with %s ends with status %i', async (flags, status, message) => {
    const found = await gaussflow(`impute ${model} --input - ${flags}`, '[[1, null, 0.5]]')
    expect({ status: found.status, stderr: found.stderr }).toEqual({
      status,
      stderr: `gaussflow impute: ${message}\n`
    })
  })
})

describe('gaussflow calibrate and anomaly', () => {
  const clusters = join(folder, 'clusters')
  const manifest = {
    format: 1,
    name: 'clusters',
    description: 'two clusters',
    licence: 'MIT',
    flow: mixture('linear'),
    data: { kind: 'vector', columns: ['x', 'y'] }
  }
  mkdirSync(clusters)
  writeFileSync(join(clusters, 'model.json'), JSON.stringify(manifest))
  const heldOut = file('held-out.csv', '-1.5,0.5\n1.5,-0.5\n-1,0\n1,-1\n2,-0.3\n')

  it('score raw rows, and say what would give them shares', async () => {
    const { status, stdout, stderr } = await gaussflow(`anomaly ${clusters} --input -`, '[[0, 0], [9, 9]]')
    expect(status).toBe(0)
    expect(stderr).toContain('gaussflow calibrate')
    expect(JSON.parse(stdout)).toMatchObject({ shape: [2, 1], method: 'denoising', calibrated: false })
  })

  it('keep held-out scores in the folder, by which rows have shares', async () => {
    const kept = await gaussflow(
      `calibrate ${clusters} --data ${heldOut} --methods denoising,density --draws 2`
    )
    expect(JSON.parse(kept.stdout)).toEqual({ model: clusters, rows: { denoising: 5, density: 5 } })
    const written = JSON.parse(readFileSync(join(clusters, 'model.json'), 'utf8')) as Manifest
    using flow = await openFlow(mixture('linear'))
    const { data } = parseCsv(readFileSync(heldOut, 'utf8'))
    const expected = await flow.calibrate(
      { count: 5, dim: 2, data },
      { methods: ['denoising', 'density'], draws: 2 }
    )
    expect(written).toEqual({ ...manifest, calibration: expected })
    const out = join(folder, 'scores.csv')
    const { stderr } = await gaussflow(
      `anomaly ${clusters} --input ${heldOut} --method typicality --out ${out}`
    )
    expect(stderr).toBe(`wrote ${out}: 5 x 2\n`)
    expect(readFileSync(out, 'utf8')).toMatch(/^score,pValue\n/)
    const { stdout } = await gaussflow(`anomaly ${clusters} --input -`, '[[9, 9]]')
    expect(JSON.parse(stdout)).toMatchObject({ calibrated: true, nfe: 2, pValue: [1 / 6] })
  })

  it.each([
    [`calibrate ${model} --data ${heldOut}`, 2, '`model` must be a folder with a model.json'],
    [`calibrate ${clusters}`, 2, '`data` must be given'],
    [
      `calibrate ${clusters} --data ${heldOut} --methods best`,
      2,
      '`methods[0]` must be "denoising" or "density"'
    ],
    [`anomaly ${model} --input ${heldOut}`, 1, '`input` must have rows of length 3']
  ])('%s ends with status %i', async (line, status, message) => {
    const found = await gaussflow(line)
    expect(found.status).toBe(status)
    expect(found.stderr).toContain(message)
  })
})
