import { errorNodes, type Nodes } from '../../theory/stability.ts'

// Of u = sqrt(1 - t). They shrink towards the data by halves, for the narrower a target the later its velocity turns: by a
// time of the order of its variance before the end on some schedules.
const EDGES = [1, 0.75, 0.5, ...Array.from({ length: 9 }, (_, i) => 2 ** -(i + 2)), 0]
const EIGHT = errorNodes(1)

/** Gauss's eight nodes on each of some cells of sqrt(1 - t), rising: where integrals over the way are measured. */
export function stabilityNodes(): Nodes {
  const nodes = EDGES.slice(1).flatMap((low, cell) => {
    const length = EDGES[cell] - low
    return EIGHT.times.map((time, i) => {
      const u = Math.sqrt(1 - time)
      const at = low + length * u
      return { time: 1 - at * at, weight: (EIGHT.weights[i] / u) * at * length }
    })
  })
  return { times: nodes.map(({ time }) => time), weights: nodes.map(({ weight }) => weight) }
}

/** How many there are. */
export const STABILITY_NODES = (EDGES.length - 1) * EIGHT.times.length
