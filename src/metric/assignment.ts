import { completeByPaths, NONE, type Market } from './augmentingPath.ts'

/** The cheapest one-to-one assignment, and the prices that prove it. */
export interface Assignment {
  /** The column of each row. */
  readonly columns: Int32Array
  /** One for each column j: cost(i, j) - prices[j] is least at the column of row i, so that no exchange saves anything. */
  readonly prices: Float64Array
}

const FINER = 5 // from one round of the auction to the next
const FINEST = 1e-6 // of the widest row: where prices tell most rows their column
const BIDS = 20 // a row, in each round: the last rows would go on for long, and the paths find them faster

/**
 * The permutation p that minimises sum_i cost(i, p(i)). An auction whose bids grow finer finds prices near the best ones
 * (Bertsekas), a round without a least bid keeps what they decide, and for each row that is left over the shortest
 * augmenting path to a free column completes it (Jonker and Volgenant). Exact up to the rounding of the prices, at any
 * costs; time between n^2 log n and n^3.
 *
 * @param cost row-major, n x n, finite
 * @see Jonker & Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987.
 * @see Bertsekas, "The auction algorithm: a distributed relaxation method for the assignment problem", 1988.
 */
export function assign(cost: Float64Array, n: number): Assignment {
  const prices = new Float64Array(n)
  const columns = new Int32Array(n)
  const rows = new Int32Array(n)
  const market = { cost, n, prices, columns, rows }
  const spread = widestRow(cost, n)
  for (let least = spread / FINER; least > spread * FINEST; least /= FINER) {
    columns.fill(NONE)
    rows.fill(NONE)
    bid(market, Int32Array.from(columns.keys()), least)
  }
  columns.fill(NONE)
  rows.fill(NONE)
  const left = bid(market, Int32Array.from(columns.keys()), 0)
  completeByPaths(market, bid(market, left, 0))
  return { columns, prices }
}

/** The largest difference between two costs of one row. */
function widestRow(cost: Float64Array, n: number): number {
  let widest = 0
  for (let i = 0; i < n; i++) {
    let low = Infinity
    let high = -Infinity
    for (let at = i * n; at < (i + 1) * n; at++) {
      low = Math.min(low, cost[at])
      high = Math.max(high, cost[at])
    }
    widest = Math.max(widest, high - low)
  }
  return widest
}

/**
 * Each row of the queue takes the column that is cheapest for it, and raises its price by what the second cheapest costs
 * more and by `least`; who had the column bids again. Returns the rows that are left without one: after too many bids, or
 * where `least` is 0 and a tie cannot be outbid. With `least` 0 every column taken is the row's cheapest.
 */
function bid({ cost, n, prices, columns, rows }: Market, queue: Int32Array, least: number): Int32Array {
  const left: number[] = []
  let bids = BIDS * n
  for (let k = 0; k < queue.length;) {
    const row = queue[k++]
    let first = 0
    let second = 0
    let low = Infinity
    let next = Infinity
    for (let j = 0, at = row * n; j < n; j++, at++) {
      const reduced = cost[at] - prices[j]
      if (reduced >= next) continue
      if (reduced < low) {
        next = low
        second = first
        low = reduced
        first = j
      } else {
        next = reduced
        second = j
      }
    }
    const price = n > 1 ? prices[first] - (next - low) - least : prices[first]
    // A difference that rounds away is a tie: two rows would outbid one another until their bids run out.
    const outbid = price < prices[first]
    const column = outbid || rows[first] === NONE ? first : second
    if (outbid) prices[first] = price
    const loser = rows[column]
    columns[row] = column
    rows[column] = row
    if (loser === NONE) continue
    columns[loser] = NONE
    if (outbid && bids-- > 0) queue[--k] = loser
    else left.push(loser)
  }
  return Int32Array.from(left)
}
