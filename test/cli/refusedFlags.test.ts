import { describe, expect, it } from 'vitest'
import { blobs, newFolder, put } from './fixtures.ts'
import { gaussflow } from './io.ts'

const folder = newFolder()
put(folder, 'blobs.json', blobs)
put(folder, 'bare.json', {
  schedule: 'linear',
  target: { kind: 'empirical', points: [[0, 1]], bandwidth: 0 }
})
put(folder, 'points.csv', '0,1\n')
put(folder, 'wide.csv', '0,1,2\n')

/** BLOBS and BARE stand for the flow files, POINTS and WIDE for points that are theirs and that are not. */
async function ended(line: string): Promise<{ status: number; stdout: string; said: string }> {
  const placed = line
    .replace('BLOBS', `${folder}/blobs.json`)
    .replace('BARE', `${folder}/bare.json`)
    .replace('POINTS', `--input ${folder}/points.csv`)
    .replace('WIDE', `--input ${folder}/wide.csv`)
  const { status, stdout, stderr } = await gaussflow(placed)
  return { status, stdout, said: stderr.replace(/^gaussflow [\w-]+: /, '').trimEnd() }
}

const FIXED =
  '`rtol` must be left out with the solver heun, which takes fixed steps; choose bosh3, dopri5 or tsit5'

describe('a flag that the flow refuses is a wrong call', () => {
  it.each([
    ['sample BLOBS --solver heun --rtol 1e-3', FIXED],
    ['sample BLOBS --solver heun --rtol 1e-3 --threads 2', FIXED],
    ['sample BLOBS --times 0,0.5,0.2,1', '`times[2]` must be after 0.5, the time before it, got 0.2'],
    [
      'sample BLOBS --first 4294967295 --count 2',
      '`first` must be at most 4294967294 for a count of 2, got 4294967295'
    ],
    [
      'encode BLOBS POINTS --solver stochastic',
      '`solver` must be another than stochastic here: its paths are random and go from noise to data alone'
    ],
    ['transport BLOBS POINTS --from 0.5 --to 0.5', '`to` must be another time than `from`, got 0.5 for both'],
    [
      'velocity BARE POINTS --time 1',
      '`time` must be below 1 for the velocity of a data set without bandwidth, got 1'
    ],
    [
      'velocity BARE POINTS --time 1 --score',
      '`time` must be below 1 for the score of a data set without bandwidth, got 1'
    ],
    [
      'sample BLOBS --solver stochastic --error true',
      '`error` must be left out with the solver stochastic, whose paths are random'
    ],
    [
      'sample BLOBS --probes 8',
      '`probes` must be left out without a log-density, got 8; ask for one with `logProb`'
    ],
    [
      'velocity BLOBS POINTS --time 0.5 --probes 8',
      '`probes` must be left out without a divergence, got 8; ask for one with `divergence`'
    ],
    [
      'log-prob BLOBS POINTS --method exact --solver heun',
      '`solver` must be left out with the method exact, which is a formula, got "heun"; choose ode'
    ],
    [
      'log-prob BLOBS POINTS --method ode --steps 5 --atol 1e-3',
      '`steps` must be left out with `atol`, which sets the steps itself'
    ]
  ])('gaussflow %s', async (line, message) => {
    expect(await ended(line)).toEqual({ status: 2, stdout: '', said: message })
  })
})

describe('a score has no divergence beside it, and refuses', () => {
  it.each([
    ['divergence', '--divergence'],
    ['divergence', '--divergence --probes 8'],
    ['probes', '--probes 8'],
    ['probeKind', '--probeKind gaussian']
  ])('`%s` of %s', async (field, flags) => {
    const message = `\`${field}\` must be left out with \`score\`: a divergence comes beside the velocity`
    const refused = { status: 2, stdout: '', said: message }
    expect(await ended(`velocity BLOBS POINTS --time 0.5 --score ${flags}`)).toEqual(refused)
  })

  it('but no seed, which changes nothing', async () => {
    const score = 'velocity BLOBS POINTS --time 0.5 --score'
    expect(await ended(`${score} --seed 3`)).toEqual(await ended(score))
    expect((await ended(score)).status).toBe(0)
  })
})

describe('what the flow refuses of the model, the points or the memory is a failure', () => {
  it.each([
    ['sample BARE', /^`target.bandwidth` must be above 0 for the solver heun/],
    ['encode BLOBS WIDE', /^`input` must have rows of length 2/],
    [
      'sample BLOBS --count 1000000 --solver dopri5 --logProb --probes 1024',
      /^`count` must fit in the memory limit/
    ]
  ])('gaussflow %s', async (line, message) => {
    const { status, stdout, said } = await ended(line)
    expect([status, stdout]).toEqual([1, ''])
    expect(said).toMatch(message)
  })
})
