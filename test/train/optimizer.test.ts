import { expect, it } from 'vitest'
import type { Architecture } from '../../src/schema/architecture.ts'
import { layoutOf } from '../../src/train/layout.ts'
import { adamW, gradientNorm, learningRateAt, updateAverage } from '../../src/train/optimizer.ts'
import { progressLine } from '../../src/train/progress.ts'
import { trainingSettings } from '../../src/train/settings.ts'

const architecture: Architecture = { kind: 'mlp', dim: 1, hidden: [1], activation: 'relu' }
const layout = layoutOf(architecture)
const settings = trainingSettings({
  architecture,
  steps: 100,
  warmup: 10,
  learningRate: 0.1,
  weightDecay: 0.5,
  clip: 2
})
const zeros = () => new Float32Array(layout.total)

it('warms up in a line, then falls as a cosine to the final rate', () => {
  expect(learningRateAt(settings, 0)).toBeCloseTo(0.01)
  expect(learningRateAt(settings, 9)).toBeCloseTo(0.1)
  expect(learningRateAt(settings, 10)).toBeCloseTo(0.1)
  expect(learningRateAt(settings, 55)).toBeCloseTo((0.1 + 0.002) / 2)
  expect(learningRateAt(settings, 100)).toBeCloseTo(0.002)
})

it('falls in a line, or stays at its peak, where that is its schedule', () => {
  const rate = (learningRateSchedule: 'linear' | 'constant', step: number) =>
    learningRateAt({ ...settings, learningRateSchedule }, step)
  expect([0, 9, 10, 55, 100].map((step) => rate('linear', step))).toEqual(
    [0.01, 0.1, 0.1, (0.1 + 0.002) / 2, 0.002].map((value) => expect.closeTo(value, 9) as number)
  )
  expect([0, 9, 10, 55, 100].map((step) => rate('constant', step))).toEqual([0.01, 0.1, 0.1, 0.1, 0.1])
})

it('warms up for 200 steps, or for a tenth of a short run', () => {
  const warmup = (steps: number) => trainingSettings({ architecture, steps }).warmup
  expect([5, 100, 1999, 2000, 8000].map(warmup)).toEqual([0, 10, 199, 200, 200])
})

it('moves by the rate along the sign of a first gradient, and shrinks matrices alone', () => {
  const state = { weights: zeros().fill(1), mean: zeros(), variance: zeros(), ema: zeros() }
  const gradients = layout.sizes.map((size, i) => new Float32Array(size).fill(i % 2 ? -3 : 4))
  adamW(state, gradients, gradientNorm(gradients), 0, layout, settings)
  layout.parameters.forEach(({ name }, i) => {
    const expected = name.endsWith('.weight') ? 1 - 0.01 * (1 + 0.5) : 1 + 0.01
    expect(state.weights[layout.offsets[i]], name).toBeCloseTo(expected, 6)
  })
})

it('shortens a long gradient to the limit and leaves a short one', () => {
  const meanAfter = (size: number) => {
    const state = { weights: zeros(), mean: zeros(), variance: zeros(), ema: zeros() }
    const gradients = layout.sizes.map((length, i) => new Float32Array(length).fill(i === 0 ? size : 0))
    adamW(state, gradients, gradientNorm(gradients), 0, layout, settings)
    return gradientNorm([state.mean])
  }
  const [beta1] = settings.betas
  expect(meanAfter(100)).toBeCloseTo((1 - beta1) * 2, 6)
  expect(meanAfter(0.5)).toBeCloseTo((1 - beta1) * 0.5 * Math.sqrt(layout.sizes[0]), 6)
})

it('averages over few steps first, over many later', () => {
  const state = { weights: zeros().fill(1), mean: zeros(), variance: zeros(), ema: zeros() }
  updateAverage(state, 0, 0.9)
  expect(state.ema[0]).toBeCloseTo(0.9)
  state.ema.fill(0)
  updateAverage(state, 1e6, 0.9)
  expect(state.ema[0]).toBeCloseTo(0.1)
})

it('reports a run in one line', () => {
  const progress = {
    step: 1200,
    steps: 9500,
    loss: 0.2310004,
    heldOutLoss: 0.21662,
    secondsPerStep: 0.4183,
    secondsLeft: 3472
  }
  expect(progressLine(progress)).toBe(
    'step 1200/9500  loss 0.2310  held out 0.2166  418 ms/step  58 min left'
  )
  expect(progressLine({ ...progress, heldOutLoss: undefined, secondsLeft: 12.2 })).toContain(
    'loss 0.2310  418 ms/step  13 s'
  )
})
