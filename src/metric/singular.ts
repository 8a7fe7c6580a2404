const SWEEPS = 64
const ORTHOGONAL = 1e-13 // of the product of two columns' lengths: what is left of an angle counts by its square
const NOTHING = 1e-140 // of the longest column: its square is no number to divide by

/** A Q = P diag(values) for orthogonal P and Q, whose columns lie in the rows of `left` and `right`. */
export interface Singular {
  readonly left: Float64Array
  readonly right: Float64Array
}

/**
 * The singular vectors of a square matrix by one-sided rotations: the columns of A are turned until they are orthogonal.
 * Nothing but + - * / and square roots, so that every machine finds the same bits.
 *
 * @param columns the columns of A, one after the other: d x d
 * @see Golub & Van Loan, "Matrix Computations", section 8.6.3 (Hestenes).
 */
export function singularVectors(columns: Float64Array, d: number): Singular {
  const left = columns.slice()
  const right = new Float64Array(d * d)
  for (let i = 0; i < d; i++) right[i * d + i] = 1
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false
    for (let p = 0; p < d; p++)
      for (let q = p + 1; q < d; q++) if (orthogonalise(left, right, d, p, q)) turned = true
  }
  normalise(left, d)
  return { left, right }
}

/** Turns the columns p and q until they are orthogonal; false where they were. */
function orthogonalise(left: Float64Array, right: Float64Array, d: number, p: number, q: number): boolean {
  const pp = dot(left, d, p, p)
  const qq = dot(left, d, q, q)
  const pq = dot(left, d, p, q)
  if (Math.abs(pq) <= ORTHOGONAL * Math.sqrt(pp) * Math.sqrt(qq)) return false
  const theta = (qq - pp) / (2 * pq)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  for (const vectors of [left, right]) {
    for (let i = p * d, j = q * d; i < (p + 1) * d; i++, j++) {
      const x = vectors[i]
      const y = vectors[j]
      vectors[i] = c * (x - t * y)
      vectors[j] = c * (t * x + y)
    }
  }
  return true
}

/** Gives every vector the length 1; those that vanish become any that are orthogonal to the others. */
function normalise(vectors: Float64Array, d: number): void {
  const lengths = Float64Array.from({ length: d }, (_, i) => Math.sqrt(dot(vectors, d, i, i)))
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const known: number[] = []
  const vanished: number[] = []
  lengths.forEach((length, i) => {
    const vanishes = length <= longest * NOTHING
    ;(vanishes ? vanished : known).push(i)
    if (!vanishes) for (let k = i * d; k < (i + 1) * d; k++) vectors[k] /= length
  })
  let axis = 0
  for (const i of vanished) {
    // Of the axes, one at least has a part of length 1/sqrt(d) beyond what is known.
    for (let length = 0; length * length * 2 * d < 1; axis++) length = rest(vectors, d, i, axis, known)
    known.push(i)
  }
}

/** Writes to vector i what an axis has beyond the span of others, at length 1; returns how long that was. */
function rest(vectors: Float64Array, d: number, i: number, axis: number, known: readonly number[]): number {
  const vector = vectors.subarray(i * d, (i + 1) * d).fill(0)
  vector[axis] = 1
  for (let pass = 0; pass < 2; pass++)
    for (const j of known) {
      const part = dot(vectors, d, i, j)
      for (let k = 0; k < d; k++) vector[k] -= part * vectors[j * d + k]
    }
  const length = Math.sqrt(dot(vectors, d, i, i))
  for (let k = 0; k < d; k++) vector[k] /= length
  return length
}

function dot(vectors: Float64Array, d: number, p: number, q: number): number {
  let sum = 0
  for (let i = p * d, j = q * d; i < (p + 1) * d; i++, j++) sum += vectors[i] * vectors[j]
  return sum
}
