import type { Drawing, Outcome, Place } from '../backend.ts'
import { fingerprint, short } from '../fingerprint.ts'
import { duration } from '../words.ts'

/** What each place gave for one and the same request: how long it took, and the fingerprint of its bytes. */
export interface Ledger {
  /** A request other than the last one opens a new page. */
  begin(drawing: Drawing): void
  enter(place: Place, outcome: Outcome): Promise<void>
}

const PLACES: readonly Place[] = ['browser', 'worker']

/** `onCompare` is asked to draw the same in the place that has not drawn yet. */
export function ledger(table: HTMLElement, verdict: HTMLElement, onCompare: (place: Place) => void): Ledger {
  const entries = new Map<Place, { time: number; hash: string }>()
  let open = ''
  const lines = PLACES.map((place) => {
    const line = table.querySelector(`[data-place=${place}]`)!
    const bytes = line.querySelector('.bytes')!
    const compare = bytes.querySelector('button')!
    compare.addEventListener('click', () => onCompare(place))
    return { place, time: line.querySelector('.time')!, bytes, compare }
  })

  function show(): void {
    for (const { place, time, bytes, compare } of lines) {
      const entry = entries.get(place)
      time.textContent = entry === undefined ? '–' : duration(entry.time)
      bytes.replaceChildren(entry === undefined ? compare : code(entry.hash))
    }
    const hashes = [...entries.values()].map(({ hash }) => hash)
    verdict.textContent = hashes.length < 2 ? '' : hashes[0] === hashes[1] ? 'The same bytes in both.' : 'The bytes differ.'
    verdict.classList.toggle('agree', hashes.length === 2 && hashes[0] === hashes[1])
  }

  return {
    begin(drawing) {
      const page = JSON.stringify(drawing)
      if (page === open) return
      open = page
      entries.clear()
      show()
    },
    async enter(place, outcome) {
      const page = open
      const hash = await fingerprint(outcome.data)
      if (page !== open) return
      entries.set(place, { time: outcome.time, hash })
      show()
    }
  }
}

function code(hash: string): HTMLElement {
  const node = document.createElement('code')
  node.textContent = short(hash)
  node.title = hash
  return node
}
