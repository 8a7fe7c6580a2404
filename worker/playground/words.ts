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

/** A sentence in which what stands in backquotes, such as the name of a field, is set as code. */
export function prose(text: string): Node[] {
  return text.split('`').map((piece, i) => {
    const node = document.createElement(i % 2 === 1 ? 'code' : 'span')
    node.textContent = piece
    return node
  })
}
