import type { Backend, Points } from '../backend.ts'
import { digitCanvas, paint } from '../digits.ts'
import { row, slerp, stacked } from '../latent.ts'
import { labelOf } from '../model.ts'
import { task } from '../task.ts'
import { duration } from '../words.ts'
import { picker, type Picker } from './picker.ts'
import { ROUND_TRIP } from './reconstruct.ts'

const FRAMES = 9

export interface InterpolateView {
  /** Encodes the two picked digits and decodes the way between them. */
  run(): Promise<void>
}

/** Two real digits, the great circle between their latents, and a slider along it. */
export function interpolateView(part: HTMLElement, digits: Points, backend: () => Backend): InterpolateView {
  const from = endPicker('from-picker', 'From', 12)
  const to = endPicker('to-picker', 'To', 32)
  const strip = part.querySelector('#frames')!
  const frames = Array.from({ length: FRAMES }, () => strip.appendChild(digitCanvas()))
  const between = part.querySelector<HTMLCanvasElement>('#between')!
  const along = part.querySelector<HTMLInputElement>('#along')!
  const walk = task(part)
  let ends: readonly [Float32Array, Float32Array] | undefined
  let moving = false

  function endPicker(id: string, legend: string, start: number): Picker {
    const cells = picker(part.querySelector(`#${id}`)!, {
      legend,
      ink: 'real',
      label: (i) => `${legend} test digit ${i + 1}, ${labelOf(i, digits.count)}`,
      onPick: () => void run()
    })
    cells.resize(digits.count)
    for (let i = 0; i < digits.count; i++) cells.show(i, row(digits, i))
    cells.pick(Math.min(start, digits.count - 1))
    return cells
  }

  async function run(): Promise<void> {
    ends = undefined
    await walk.run(async ({ signal, onProgress }) => {
      const picked = stacked([row(digits, from.picked), row(digits, to.picked)])
      const share = 2 / (2 + FRAMES + 1)
      const z = await backend().encode(picked, ROUND_TRIP, {
        signal,
        onProgress: (done) => onProgress(done * share)
      })
      const [a, b] = [row(z, 0), row(z, 1)]
      const places = [along.valueAsNumber, ...frames.map((_, i) => i / (FRAMES - 1))]
      const x = await backend().decode(stacked(places.map((s) => slerp(a, b, s))), ROUND_TRIP, {
        signal,
        onProgress: (done) => onProgress(share + done * (1 - share)),
        onRows: (first, rows) => {
          for (let i = 0; i < rows.count; i++)
            paint(first + i === 0 ? between : frames[first + i - 1], row(rows, i), 'flow')
        }
      })
      ends = [a, b]
      return `Two digits encoded and ${places.length} decoded in ${duration(z.time + x.time)}.`
    })
  }

  // While one stop is decoded the slider may move on: what counts then is where it stands, not every place it crossed.
  async function moved(): Promise<void> {
    if (moving || ends === undefined) return
    moving = true
    for (let at = NaN; ends !== undefined && at !== along.valueAsNumber;) {
      at = along.valueAsNumber
      const z = stacked([slerp(...ends, at)])
      await walk.run(async ({ signal }) => {
        const x = await backend().decode(z, ROUND_TRIP, { signal })
        paint(between, x.data, 'flow')
        return `${Math.round(100 * at)} % of the way, decoded in ${duration(x.time)}.`
      })
    }
    moving = false
  }

  along.addEventListener('input', () => void moved())
  return { run }
}
