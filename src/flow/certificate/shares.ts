import { gradientBounds } from '../../theory/gradient.ts'
import type { Subject } from './subject.ts'

/** A stretch of time, and int (1 + max(|upper|, |lower|)) dt over it. */
interface Cell {
  readonly from: number
  readonly to: number
  readonly share: number
}

const LEVEL = 32 // equal cells to begin with
const ENDS = 40 // and at each end as many, each half of the one before, for what is thin there
const FINE = 1 / 256 // of all: a cell that holds more is split
const ROUNDS = 30

/**
 * For any number of steps times between which lie equal shares of int (1 + max(|upper|, |lower|)) dt of the certified bounds
 * on the eigenvalues of grad v: many where the flow may turn fast, few where it is nearly straight.
 */
export function equalShares({ classes, at, engine }: Subject): (steps: number) => number[] {
  const rate = (t: number): number => {
    const { lower, upper } = gradientBounds(classes, at(t), engine.core)
    const size = Math.max(Math.abs(lower.value), Math.abs(upper.value))
    return 1 + (Number.isFinite(size) ? size : 0)
  }
  const cells = finer(startOf(rate), rate)
  const ends = [0]
  for (const { share } of cells) ends.push(ends[ends.length - 1] + share)
  const all = ends[ends.length - 1]
  return (steps) => {
    const times = [0]
    for (let n = 1, i = 0; n < steps; n++) {
      const share = (all * n) / steps
      while (ends[i + 1] < share) i++
      const { from, to } = cells[i]
      const time = from + (to - from) * ((share - ends[i]) / (ends[i + 1] - ends[i]))
      if (time > times[times.length - 1] && time < 1) times.push(time) // or a double does not tell them apart
    }
    return [...times, 1]
  }
}

function startOf(rate: (t: number) => number): Cell[] {
  const ends = Array.from({ length: ENDS }, (_, i) => 2 ** -(i + 1) / LEVEL)
  const level = Array.from({ length: LEVEL + 1 }, (_, i) => i / LEVEL)
  const edges = [...level, ...ends, ...ends.map((end) => 1 - end)].sort((one, other) => one - other)
  return edges.slice(1).map((to, i) => cell(edges[i], to, rate))
}

/** By the rate in the middle. */
function cell(from: number, to: number, rate: (t: number) => number): Cell {
  return { from, to, share: (to - from) * rate(from + (to - from) / 2) }
}

function finer(start: readonly Cell[], rate: (t: number) => number): readonly Cell[] {
  let cells = start
  for (let round = 0; round < ROUNDS; round++) {
    const most = FINE * cells.reduce((sum, { share }) => sum + share, 0)
    const next = cells.flatMap((one) => {
      const middle = one.from + (one.to - one.from) / 2
      if (one.share <= most || middle <= one.from || middle >= one.to) return [one]
      return [cell(one.from, middle, rate), cell(middle, one.to, rate)]
    })
    if (next.length === cells.length) break
    cells = next
  }
  return cells
}
