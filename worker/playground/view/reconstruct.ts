import type { Backend, Points, Solving } from '../backend.ts'
import { clear, paint } from '../digits.ts'
import { rms, row, stacked } from '../latent.ts'
import { labelOf } from '../model.ts'
import { task } from '../task.ts'
import { duration } from '../words.ts'
import { picker } from './picker.ts'

/** As in the project's own promise: by Heun's method in 50 steps, a digit comes back within 0.02. */
export const ROUND_TRIP: Solving = { solver: 'heun', steps: 50 }

export interface ReconstructView {
  /** Encodes and decodes the picked digit in the chosen place. */
  run(): Promise<void>
}

/** A real digit, its latent, what the latent decodes to, and how far that is from the digit. */
export function reconstructView(part: HTMLElement, digits: Points, backend: () => Backend): ReconstructView {
  const cells = picker(part.querySelector('#reconstruct-picker')!, {
    legend: 'Digits from the test set',
    ink: 'real',
    label: (i) => `Test digit ${i + 1}, ${labelOf(i, digits.count)}`,
    onPick: () => void run()
  })
  cells.resize(digits.count)
  for (let i = 0; i < digits.count; i++) cells.show(i, row(digits, i))
  cells.pick(Math.min(22, digits.count - 1))
  const trip = task(part)
  const canvas = (id: string): HTMLCanvasElement => part.querySelector<HTMLCanvasElement>(`canvas#${id}`)!
  const note = (id: string, text: string): void => {
    part.querySelector(`#${id}-note`)!.textContent = text
  }

  async function run(): Promise<void> {
    const original = row(digits, cells.picked)
    paint(canvas('original'), original, 'real')
    for (const id of ['latent', 'decoded', 'difference']) clear(canvas(id))
    await trip.run(async ({ signal, onProgress }) => {
      const half = (offset: number) => ({
        signal,
        onProgress: (share: number) => onProgress(offset + share / 2)
      })
      const z = await backend().encode(stacked([original]), ROUND_TRIP, half(0))
      paint(canvas('latent'), asPixels(z.data), 'flow')
      note('latent', `encode, ${duration(z.time)}`)
      const x = await backend().decode(z, ROUND_TRIP, half(0.5))
      paint(canvas('decoded'), x.data, 'flow')
      note('decoded', `decode, ${duration(x.time)}`)
      const error = rms(original, x.data)
      const gain = amplification(error)
      paint(
        canvas('difference'),
        x.data.map((value, j) => gain * (value - original[j])),
        'flow'
      )
      note('difference', gain === 1 ? 'as it is' : `shown × ${gain.toLocaleString('en')}`)
      return `It comes back within ${error.toPrecision(2)} RMS per pixel, by Heun’s method in 50 steps each way.`
    })
  }
  return { run }
}

/** Latents are in the units of the state, [-1, 1] for paper to ink; drawn on the ruler of pixels like everything else. */
function asPixels(z: Float32Array): Float32Array {
  return z.map((value) => 0.5 + 0.5 * value)
}

/** How much to amplify a difference of this size so that it shows, in a round number: 1, 2 or 5 times a power of ten. */
function amplification(error: number): number {
  const gain = Math.max(1, 0.25 / Math.max(error, 1e-9))
  const power = 10 ** Math.floor(Math.log10(gain))
  return power * ([5, 2].find((factor) => factor * power <= gain) ?? 1)
}
