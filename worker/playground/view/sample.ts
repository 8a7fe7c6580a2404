import { COUNTS, readAddress, seedOf, writeAddress, type Address } from '../address.ts'
import type { Backend, Drawing, Outcome, Place, Points } from '../backend.ts'
import { row } from '../latent.ts'
import { task } from '../task.ts'
import { duration } from '../words.ts'
import { ledger } from './ledger.ts'
import { picker } from './picker.ts'

export interface SampleView {
  /** Draws what the controls say in the chosen place. */
  draw(): Promise<void>
  readonly address: Address
}

interface Settings {
  readonly backend: (place: Place) => Backend
  readonly place: () => Place
  readonly otherwise: Address
  readonly onAddress: (address: Address) => void
  readonly onPath: (index: number, drawing: Drawing) => void
}

/** The grid of samples with its seed, count, solver and steps, which the URL holds too. */
export function sampleView(part: HTMLElement, { backend, place, otherwise, onAddress, onPath }: Settings): SampleView {
  const form = part.querySelector<HTMLFormElement>('#sample-form')!
  const seed = part.querySelector<HTMLInputElement>('#seed')!
  const steps = part.querySelector<HTMLInputElement>('#steps')!
  const shown = part.querySelector<HTMLOutputElement>('#steps-shown')!
  const book = ledger(part.querySelector('.ledger')!, part.querySelector('#verdict')!, (where) => void draw(where))
  const drawing = task(part.querySelector('.result')!)
  const grid = part.querySelector<HTMLElement>('#grid')!
  const cells = picker(grid, {
    legend: 'Samples; pick one to see its path',
    ink: 'flow',
    label: (i) => `Sample ${i}`,
    onPick: (i) => onPath(i, wanted())
  })

  function read(): Address {
    const fields = new FormData(form)
    return {
      seed: seed.value,
      count: Number(fields.get('count')),
      steps: steps.valueAsNumber,
      solver: fields.get('solver') as Address['solver']
    }
  }

  function wanted(): Drawing {
    const { seed, ...rest } = read()
    return { ...rest, seed: seedOf(seed) }
  }

  function write(address: Address): void {
    seed.value = address.seed
    steps.valueAsNumber = address.steps
    shown.value = String(address.steps)
    form.querySelector<HTMLInputElement>(`[name=count][value="${address.count}"]`)!.checked = true
    form.querySelector<HTMLInputElement>(`[name=solver][value="${address.solver}"]`)!.checked = true
  }

  async function draw(where = place()): Promise<void> {
    const request = wanted()
    history.replaceState(null, '', writeAddress(read()))
    onAddress(read())
    book.begin(request)
    cells.resize(request.count)
    grid.style.setProperty('--columns', String(Math.sqrt(request.count)))
    await drawing.run(async (following) => {
      grid.classList.add('stale')
      const outcome = await backend(where).sample(request, {
        ...following,
        onNoise: (rows) => show(0, rows),
        onRows: show
      })
      await book.enter(where, outcome)
      onPath(Math.max(0, cells.picked), request)
      return summary(where, outcome)
    })
    grid.classList.remove('stale')
  }

  function show(first: number, rows: Points): void {
    grid.classList.remove('stale')
    for (let i = 0; i < rows.count; i++) cells.show(first + i, row(rows, i))
  }

  function accept(address: Address): void {
    write(address)
    void draw()
  }

  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('change', () => void draw())
  steps.addEventListener('input', () => (shown.value = steps.value))
  part.querySelector('#roll')!.addEventListener('click', () => {
    seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000)
    void draw()
  })
  addEventListener('hashchange', () => {
    if (location.hash.includes('=')) accept(readAddress(location.hash, read()))
  })
  write(readAddress(location.hash, otherwise))
  cells.resize(COUNTS.includes(read().count) ? read().count : COUNTS[0])
  return {
    draw,
    get address() {
      return read()
    }
  }
}

function summary(where: Place, { count, nfe, time, data, dim }: Outcome): string {
  const rows = Array.from({ length: count }, (_, i) => data.subarray(i * dim, (i + 1) * dim))
  const lost = rows.filter((row) => !row.every(Number.isFinite)).length
  const said = `${count} digits in ${duration(time)} in the ${where}, ${nfe} velocity evaluations each.`
  return lost === 0 ? said : `${said} ${lost} left the finite numbers: take more steps.`
}
