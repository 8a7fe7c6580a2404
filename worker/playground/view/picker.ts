import { digitCanvas, type Ink, paint } from '../digits.ts'

/** Digits of which one is picked: radio buttons, so that the arrow keys and screen readers know them. */
export interface Picker {
  /** Shows `count` empty cells; the cells that stay keep their picture. */
  resize(count: number): void
  show(i: number, values: ArrayLike<number>): void
  pick(i: number): void
  readonly picked: number
}

interface Settings {
  readonly legend: string
  readonly ink: Ink
  readonly label: (i: number) => string
  readonly onPick: (i: number) => void
}

let pickers = 0

export function picker(place: HTMLElement, { legend, ink, label, onPick }: Settings): Picker {
  const name = `picker-${pickers++}`
  place.setAttribute('role', 'radiogroup')
  place.setAttribute('aria-label', legend)
  place.addEventListener('change', (event) => {
    onPick(Number((event.target as HTMLInputElement).value))
  })
  const cells: { label: HTMLLabelElement; input: HTMLInputElement; canvas: HTMLCanvasElement }[] = []

  function add(i: number): void {
    const input = document.createElement('input')
    Object.assign(input, { type: 'radio', name, value: String(i), className: 'unseen' })
    input.setAttribute('aria-label', label(i))
    const canvas = digitCanvas()
    canvas.setAttribute('aria-hidden', 'true')
    const cell = document.createElement('label')
    cell.className = 'cell'
    cell.append(input, canvas)
    place.append(cell)
    cells.push({ label: cell, input, canvas })
  }

  return {
    resize(count) {
      for (let i = cells.length; i < count; i++) add(i)
      for (const { label: cell } of cells.splice(count)) cell.remove()
    },
    show(i, values) {
      paint(cells[i].canvas, values, ink)
    },
    pick(i) {
      cells[i].input.checked = true
    },
    get picked() {
      return cells.findIndex(({ input }) => input.checked)
    }
  }
}
