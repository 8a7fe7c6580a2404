/** A drawing in SVG: text that names its own colours, so that it reads the same on light and dark pages. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly title: string
  readonly parts: readonly string[]
}

export const INK = '#1f2328'
export const FAINT = '#d8dce1'
const PAPER = '#fcfcfa'

/** The file, on a light ground of its own. */
export function svg({ width, height, title, parts }: Drawing): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="${PAPER}"/>`,
    ...parts,
    '</svg>\n'
  ].join('\n')
}

export function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${rounded(x)}" y="${rounded(y)}"${spaced(attributes)}>${escaped(words)}</text>`
}

export function line(x: number, y: number, toX: number, toY: number, attributes: string): string {
  return `<path d="M${rounded(x)} ${rounded(y)}L${rounded(toX)} ${rounded(toY)}" ${attributes}/>`
}

/** A line through points, or with `fill` a shape. */
export function path(points: readonly (readonly [number, number])[], attributes: string): string {
  const places = points.map(([x, y]) => `${rounded(x)} ${rounded(y)}`)
  return `<path d="M${places.join('L')}" ${attributes}/>`
}

export function disc(x: number, y: number, radius: number, attributes: string): string {
  return `<circle cx="${rounded(x)}" cy="${rounded(y)}" r="${radius}" ${attributes}/>`
}

/** Two decimals: a hundredth of a pixel, in which machines agree. */
export const rounded = (value: number): string => String(Number(value.toFixed(2)))

const spaced = (attributes: string) => (attributes === '' ? '' : ` ${attributes}`)

const escaped = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
