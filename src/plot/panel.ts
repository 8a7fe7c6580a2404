import type { Axis } from './axis.ts'
import { disc, FAINT, INK, line, path, rounded, text } from './svg.ts'

export interface Curve {
  readonly name: string
  readonly color: string
  readonly points: readonly (readonly [number, number])[]
  readonly dashed?: boolean
  /** Whether each point has a mark. */
  readonly marked?: boolean
}

/** What lies between two curves. */
export interface Band {
  readonly name: string
  readonly color: string
  readonly below: readonly (readonly [number, number])[]
  readonly above: readonly (readonly [number, number])[]
}

/** Axes with curves in a box of the drawing. */
export interface Panel {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly bands?: readonly Band[]
  readonly curves: readonly Curve[]
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const FRAME = `fill="none" stroke="${INK}"`

/** The panel; what passes its axes is cut off. */
export function panel({ title, x, y, bands = [], curves }: Panel, box: Box): string {
  const { left, top, width, height } = box
  const at = ([u, v]: readonly [number, number]) =>
    [left + width * x.place(u), top + height * (1 - y.place(v))] as const
  const name = `in-${rounded(left)}-${rounded(top)}`.replaceAll('.', '-')
  const frame = `x="${left}" y="${top}" width="${width}" height="${height}"`
  return [
    `<clipPath id="${name}"><rect ${frame}/></clipPath>`,
    ...x.ticks.flatMap((value) => {
      const place = left + width * x.place(value)
      const words = text(place, top + height + 15, x.show(value), 'text-anchor="middle" font-size="11"')
      return [line(place, top, place, top + height, `stroke="${FAINT}"`), words]
    }),
    ...y.ticks.flatMap((value) => {
      const place = top + height * (1 - y.place(value))
      const words = text(left - 6, place + 4, y.show(value), 'text-anchor="end" font-size="11"')
      return [line(left, place, left + width, place, `stroke="${FAINT}"`), words]
    }),
    `<g clip-path="url(#${name})" fill="none" stroke-width="1.8" stroke-linejoin="round">`,
    ...bands.map(({ color, below, above }) =>
      path([...below, ...above.toReversed()].map(at), `fill="${color}" stroke="none"`)
    ),
    ...curves.map((curve) => drawn(curve, at)),
    '</g>',
    `<rect ${frame} ${FRAME}/>`,
    text(left + width / 2, top - 8, title, 'text-anchor="middle" font-weight="600"'),
    text(left + width / 2, top + height + 32, x.label, 'text-anchor="middle"'),
    upright(left - 42, top + height / 2, y.label)
  ].join('\n')
}

function drawn(
  { points, color, dashed = false, marked = false }: Curve,
  at: (point: readonly [number, number]) => readonly [number, number]
): string {
  const places = points.map(at)
  const dashes = dashed ? ' stroke-dasharray="6 4"' : ''
  const marks = marked ? places.map(([u, v]) => disc(u, v, 2.6, `fill="${color}"`)) : []
  return [path(places, `stroke="${color}"${dashes}`), ...marks].join('\n')
}

function upright(x: number, y: number, words: string): string {
  return text(x, y, words, `text-anchor="middle" transform="rotate(-90 ${rounded(x)} ${rounded(y)})"`)
}

const LETTER = 6.3 // pixels of a letter, about

/** Names beside samples of their lines and bands, one after the other, in as many rows as they take. */
export function legend(entries: readonly (Curve | Band)[], left: number, top: number, right: number): string {
  let [x, y] = [left, top]
  const parts: string[] = []
  for (const entry of entries) {
    const width = 30 + LETTER * entry.name.length + 18
    if (x > left && x + width > right) [x, y] = [left, y + 18]
    const middle = y - 4
    parts.push(
      'points' in entry
        ? line(
            x,
            middle,
            x + 24,
            middle,
            `stroke="${entry.color}" stroke-width="2"${entry.dashed === true ? ' stroke-dasharray="6 4"' : ''}`
          )
        : `<rect x="${rounded(x)}" y="${rounded(middle - 5)}" width="24" height="10" fill="${entry.color}"/>`,
      text(x + 30, y, entry.name)
    )
    x += width
  }
  return parts.join('\n')
}
