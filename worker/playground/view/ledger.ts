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
export function ledger(part: Element, onCompare: (place: Place) => void): Ledger {
  const verdict = part.querySelector('.verdict')!
  const entries = new Map<Place, { time: number; hash: string | undefined }>()
  let open = ''
  const lines = PLACES.map((place) => {
    const line = part.querySelector(`[data-place=${place}]`)!
    const bytes = line.querySelector('.bytes')!
    const compare = bytes.querySelector('button')!
    compare.addEventListener('click', () => onCompare(place))
    return { place, time: line.querySelector('.time')!, bytes, compare }
  })

  function show(): void {
    for (const { place, time, bytes, compare } of lines) {
      const entry = entries.get(place)
      time.textContent = entry === undefined ? '–' : duration(entry.time)
      if (entry === undefined) bytes.replaceChildren(entries.size > 0 ? compare : '–')
      else bytes.replaceChildren(code(entry.hash))
    }
    const hashes = [...entries.values()].map(({ hash }) => hash)
    const known = hashes.length === PLACES.length && !hashes.includes(undefined)
    const agree = known && hashes[0] === hashes[1]
    verdict.textContent = !known ? '' : agree ? 'The same bytes in both.' : 'The bytes differ.'
    verdict.classList.toggle('agree', agree)
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

function code(hash: string | undefined): Node {
  if (hash === undefined) return document.createTextNode('needs HTTPS')
  const node = document.createElement('code')
  node.textContent = short(hash)
  node.title = hash
  return node
}
