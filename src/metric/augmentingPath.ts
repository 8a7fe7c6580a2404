/** An assignment on its way: some rows have no column yet. */
export interface Market {
  /** Row-major, n x n. */
  readonly cost: Float64Array
  readonly n: number
  /** One for each column; cost - price is least at the column of each row that has one. */
  readonly prices: Float64Array
  /** The column of each row. */
  readonly columns: Int32Array
  /** The row of each column. */
  readonly rows: Int32Array
}

/** In the place of a row or a column: there is none. */
export const NONE = -1

/**
 * Gives each of the rows `left` a column, along the shortest path of exchanges that ends at a free one: the row takes a
 * column, whose row takes another, and so on. Found as Dijkstra finds it, over cost minus price; the prices then follow, so
 * that all that is assigned stays cheapest.
 *
 * @see Jonker & Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987.
 */
export function completeByPaths(market: Market, left: Int32Array): void {
  const { cost, n, prices, columns, rows } = market
  const distance = new Float64Array(n) // from the start to each column
  const before = new Int32Array(n) // the row from which that is
  const order = Int32Array.from(columns.keys()) // columns: those passed, those as near as the nearest, the others
  for (const start of left) {
    for (let j = 0, at = start * n; j < n; j++, at++) distance[j] = cost[at] - prices[j]
    before.fill(start)
    let passed = 0
    let near = 0
    let settled = 0 // columns passed before the nearest ones now: their prices change
    let nearest = 0
    let end = NONE
    while (end === NONE) {
      if (passed === near) {
        settled = passed
        nearest = Infinity
        for (let k = passed; k < n; k++) {
          const j = order[k]
          if (distance[j] > nearest) continue
          if (distance[j] < nearest) near = passed
          nearest = distance[j]
          order[k] = order[near]
          order[near++] = j
        }
        for (let k = passed; k < near; k++) if (rows[order[k]] === NONE) end = order[k]
        continue
      }
      const via = order[passed++]
      const row = rows[via]
      const base = cost[row * n + via] - prices[via] - nearest
      for (let k = near; k < n; k++) {
        const j = order[k]
        const length = cost[row * n + j] - prices[j] - base
        if (length >= distance[j]) continue
        distance[j] = length
        before[j] = row
        if (length > nearest) continue
        if (rows[j] === NONE) {
          end = j
          break
        }
        order[k] = order[near]
        order[near++] = j
      }
    }
    for (let k = 0; k < settled; k++) prices[order[k]] += distance[order[k]] - nearest
    exchange(columns, rows, before, start, end)
  }
}

/** Back along the path from its free column: each row takes the column after it. */
function exchange(
  columns: Int32Array,
  rows: Int32Array,
  before: Int32Array,
  start: number,
  end: number
): void {
  for (let column = end, row = NONE; row !== start;) {
    row = before[column]
    rows[column] = row
    const given = columns[row]
    columns[row] = column
    column = given
  }
}
