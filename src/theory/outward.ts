const ROUNDING = 1e-12 // relative: what a double's last digits are off anyway

/** A number of so many digits, at least x: for sentences that must stay true when they are read. */
export function fromAbove(x: number, digits = 6): string {
  return String(outward(x, 1, digits))
}

/** The same, at most x. */
export function fromBelow(x: number, digits = 6): string {
  return String(outward(x, -1, digits))
}

function outward(x: number, sign: 1 | -1, digits: number): number {
  if (x === 0 || !Number.isFinite(x)) return x
  const nearest = Number(x.toPrecision(digits))
  if (sign * (nearest - x) >= -ROUNDING * Math.abs(x)) return nearest
  const exponent = Number(x.toExponential().split('e')[1])
  return Number((nearest + sign * Number(`1e${exponent - digits + 1}`)).toPrecision(digits))
}
