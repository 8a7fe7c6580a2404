const ROUNDING = 1e-12 // relative: what a double's last digits are off anyway

/** A number of six digits, at least x: for sentences that must stay true when they are read. */
export function fromAbove(x: number): string {
  return String(outward(x, 1))
}

/** A number of six digits, at most x. */
export function fromBelow(x: number): string {
  return String(outward(x, -1))
}

function outward(x: number, sign: 1 | -1): number {
  if (x === 0 || !Number.isFinite(x)) return x
  const nearest = Number(x.toPrecision(6))
  if (sign * (nearest - x) >= -ROUNDING * Math.abs(x)) return nearest
  const exponent = Number(x.toExponential().split('e')[1])
  return Number((nearest + sign * Number(`1e${exponent - 5}`)).toPrecision(6))
}
