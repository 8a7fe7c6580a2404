const SPACE = '\u00a0' // a number and its unit stay on one line

/** `840 ms` or `1.4 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)}${SPACE}ms`
  return milliseconds < 999.5
    ? `${milliseconds.toFixed(0)}${SPACE}ms`
    : `${(milliseconds / 1000).toFixed(1)}${SPACE}s`
}

/** `38 kB` or `1.5 MB`, in powers of ten. */
export function size(bytes: number): string {
  return bytes < 999_500 ? `${(bytes / 1000).toFixed(0)}${SPACE}kB` : `${(bytes / 1e6).toFixed(1)}${SPACE}MB`
}

/** A number in four digits: `1490`, `−1.25`, `7.226e+85`. */
export function figure(value: number): string {
  const size = Math.abs(value)
  const text =
    value !== 0 && (size < 1e-3 || size >= 1e5)
      ? value.toExponential(3)
      : String(Number(value.toPrecision(4)))
  return text.replace(/^-/, '\u2212')
}

/** `1 statement`, `2 statements`. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`
}

/** A sentence in which what stands in backquotes, such as the name of a field, is set as code. */
export function prose(text: string): Node[] {
  return text.split('`').map((piece, i) => {
    const node = document.createElement(i % 2 === 1 ? 'code' : 'span')
    node.textContent = piece
    return node
  })
}
