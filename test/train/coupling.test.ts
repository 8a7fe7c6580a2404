import { expect, it } from 'vitest'
import { matching } from '../../src/metric/index.ts'
import { heldOutPairs, trainingPairs, type Pairs } from '../../src/train/batches.ts'
import { coupleByTransport } from '../../src/train/coupling.ts'
import type { TrainOptions } from '../../src/train/options.ts'
import { trainingSettings } from '../../src/train/settings.ts'
import { train } from '../../src/train/train.ts'
import { randomNumbers } from './networks.ts'
import { TASK, twoClusters } from './task.ts'

const dim = 2
const rowsOf = (flat: Float32Array): number[][] =>
  Array.from({ length: flat.length / dim }, (_, i) => [...flat.subarray(i * dim, (i + 1) * dim)])

/** sum |x_i - z_i|^2, in doubles. */
const energy = (x: readonly number[][], z: readonly number[][]): number =>
  x.reduce((sum, row, i) => sum + row.reduce((part, value, k) => part + (value - z[i][k]) ** 2, 0), 0)

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((one, i) => permutations(items.toSpliced(i, 1)).map((rest) => [one, ...rest]))
}

it('deals the noise out as the cheapest of all permutations does', () => {
  for (let seed = 0; seed < 20; seed++) {
    const [x, z] = [randomNumbers(6 * dim, seed), randomNumbers(6 * dim, 100 + seed)]
    const least = Math.min(...permutations(rowsOf(z)).map((dealt) => energy(rowsOf(x), dealt)))
    const coupled = z.slice()
    coupleByTransport(x, coupled, dim)
    expect(energy(rowsOf(x), rowsOf(coupled))).toBeCloseTo(least, 9)
    expect(rowsOf(coupled).sort()).toEqual(rowsOf(z).sort())
  }
})

it('deals noise out among rows of one label alone', () => {
  const [x, z] = [randomNumbers(6 * dim, 1), randomNumbers(6 * dim, 2)]
  const told = [0, 1, 0, 1, undefined, 0]
  const coupled = z.slice()
  coupleByTransport(x, coupled, dim, told)
  const of = (label: number | undefined, flat: Float32Array) =>
    rowsOf(flat).filter((_, i) => told[i] === label)
  for (const label of [0, 1, undefined]) {
    expect(of(label, coupled).sort()).toEqual(of(label, z).sort())
    const least = Math.min(...permutations(of(label, z)).map((dealt) => energy(of(label, x), dealt)))
    expect(energy(of(label, x), of(label, coupled))).toBeCloseTo(least, 9)
  }
})

const examples = { states: twoClusters(300, 1), told: [], noise: undefined, rounding: [] }
const { architecture } = TASK
const settingsOf = (coupling: TrainOptions['coupling']) =>
  trainingSettings({ architecture, steps: 9, batch: 128, seed: 7, coupling })

it('pairs each batch at the squared W2 distance of its noise and its data', () => {
  const mean = ({ data, noise }: Pairs) => energy(rowsOf(data), rowsOf(noise)) / 128
  for (const step of [0, 1, 5]) {
    const independent = trainingPairs(examples, settingsOf('independent'))(step)
    const coupled = trainingPairs(examples, settingsOf('optimal-transport'))(step)
    expect([coupled.data, coupled.times]).toEqual([independent.data, independent.times])
    const { distance } = matching(rowsOf(independent.data), rowsOf(independent.noise))
    expect(mean(coupled)).toBeCloseTo(distance ** 2, 5)
    expect(mean(coupled)).toBeLessThan(0.7 * mean(independent))
  }
})

it('judges by pairs coupled in batches, as it learns', () => {
  const [chunk, rest] = heldOutPairs(examples, settingsOf('optimal-transport'))
  expect([chunk.data.length, rest.data.length]).toEqual([128 * dim, 128 * dim])
  const { distance } = matching(rowsOf(rest.data), rowsOf(rest.noise))
  expect(energy(rowsOf(rest.data), rowsOf(rest.noise)) / 128).toBeCloseTo(distance ** 2, 5)
})

it('lowers the loss that is left: straighter paths are easier to foretell', async () => {
  const leastOf = async (coupling: TrainOptions['coupling']) => {
    const changes = { coupling, steps: 120, batch: 64, learningRate: 1e-2, evaluateEvery: 120 }
    const { curve } = await train({ ...TASK, prediction: 'velocity', ...changes })
    return curve[0].heldOutLoss!
  }
  expect(await leastOf('optimal-transport')).toBeLessThan(0.6 * (await leastOf('independent')))
})

it('is refused where what rows are told are numbers, and where the noise is given', async () => {
  const condition = { kind: 'vector', size: 1 } as const
  const told = { ...architecture, condition }
  expect(() => trainingSettings({ architecture: told, steps: 1, coupling: 'optimal-transport' })).toThrow(
    '`coupling` must be "independent" of a network that is told numbers, got "optimal-transport"'
  )
  const paired = train({ ...TASK, coupling: 'optimal-transport', noise: twoClusters(100, 3) })
  await expect(paired).rejects.toMatchObject({ code: 'invalid_argument', path: 'coupling' })
})
