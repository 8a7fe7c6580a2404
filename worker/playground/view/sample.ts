import type { Address } from '../address.ts'
import type { Backend, Drawing, Outcome, Place, Points } from '../backend.ts'
import { row } from '../latent.ts'
import { task } from '../task.ts'
import { duration } from '../words.ts'
import { controls } from './controls.ts'
import { ledger } from './ledger.ts'
import { picker } from './picker.ts'

export interface SampleView {
  /** Draws what the controls say, in the chosen place where no other is given. */
  draw(where?: Place): Promise<void>
}

interface Settings {
  readonly backends: Readonly<Record<Place, Backend>>
  /** The chosen place. */
  readonly place: () => Place
  /** What to draw where the URL does not say. */
  readonly otherwise: Address
  readonly onDraw: (drawing: Drawing) => void
  /** A sample was picked, or its request changed. */
  readonly onPick: (index: number, drawing: Drawing) => void
}

/** The grid of samples, with its controls and the ledger of both places. */
export function sampleView(part: HTMLElement, settings: Settings): SampleView {
  const { backends, place, otherwise, onDraw, onPick } = settings
  const form = controls(part.querySelector('#sample-form')!, otherwise, () => void draw())
  const book = ledger(part.querySelector('.compare')!, (where) => void draw(where))
  const drawing = task(part.querySelector('.result')!)
  const grid = part.querySelector<HTMLElement>('#grid')!
  const cells = picker(grid, {
    legend: 'Samples; pick one to see its path',
    ink: 'flow',
    label: (i) => `Sample ${i}`,
    onPick: (i) => onPick(i, form.read())
  })

  async function draw(where = place()): Promise<void> {
    const request = form.read()
    onDraw(request)
    book.begin(request)
    cells.resize(request.count)
    grid.style.setProperty('--columns', String(Math.sqrt(request.count)))
    grid.classList.add('stale')
    onPick(Math.max(0, cells.picked), request)
    const fault = await drawing.run(async (following) => {
      const outcome = await backends[where].sample(request, { ...following, onNoise, onRows })
      await book.enter(where, outcome)
      return summary(where, outcome)
    })
    form.blame(fault)
  }

  const onNoise = (rows: Points): void => onRows(0, rows)
  function onRows(first: number, rows: Points): void {
    grid.classList.remove('stale')
    for (let i = 0; i < rows.count; i++) cells.show(first + i, row(rows, i))
  }
  return { draw }
}

function summary(where: Place, outcome: Outcome): string {
  const { count, nfe, time } = outcome
  const said = `${count} digits in ${duration(time)} in the ${where}, ${nfe} velocity evaluations each.`
  const lost = Array.from({ length: count }, (_, i) => row(outcome, i)).filter(
    (x) => !x.every(Number.isFinite)
  )
  return lost.length === 0 ? said : `${said} ${lost.length} left the finite numbers: take more steps.`
}
