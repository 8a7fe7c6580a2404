import type { Curve, Statement } from '../../../src/index.web.ts'
import { bandOf, labelPlace, lineOf, scaleOf, type Scale } from '../plot.ts'
import { figure } from '../words.ts'
import { drawn, element } from './element.ts'

interface Line {
  readonly side: 'upper' | 'lower'
  readonly label: string
  readonly kind: Statement['kind']
  readonly curve: Curve
}

/** The statements that are curves, and what is written beside them. */
const SIDES: Readonly<Record<string, { side: Line['side']; says: string }>> = {
  'velocity-gradient-upper': { side: 'upper', says: 'at most' },
  'velocity-gradient-lower': { side: 'lower', says: 'at least' },
  'velocity-lipschitz': { side: 'upper', says: 'by the weights, at most' },
  'velocity-lipschitz-local': { side: 'upper', says: 'seen on samples, up to' }
}

const EIGENVALUES = 'Eigenvalues of the velocity’s gradient, for all points at once'
const NORM = 'Norm of the velocity’s gradient'

/** The curves among the statements over the time. Labels are text of the page, so that they keep their size on a phone. */
export function plotView(figureOf: HTMLElement): { show(statements: readonly Statement[]): void } {
  const area = figureOf.querySelector<HTMLElement>('.plot-area')!
  const caption = figureOf.querySelector('figcaption')!
  return {
    show(statements) {
      const lines = statements.flatMap(lineFrom)
      const scale = scaleOf(lines.flatMap(({ curve }) => curve.value.filter((value) => value !== null)))
      area.replaceChildren(picture(lines, scale), ...scale.ticks.map((tick) => tickAt(tick, scale)))
      area.append(...lines.map((line) => labelOf(line, scale)))
      // Of a network only the norm is bounded.
      caption.textContent = lines.some(({ side }) => side === 'lower') ? EIGENVALUES : NORM
      const said = lines.map(({ label }) => label).join(', ')
      area.setAttribute('aria-label', `${caption.textContent}, over the time: ${said || 'no bounds'}`)
    }
  }
}

function lineFrom({ id, kind, value }: Statement): Line[] {
  if (value === null || typeof value !== 'object' || !(id in SIDES)) return []
  const { side, says } = SIDES[id]
  const known = value.value.filter((one) => one !== null)
  const extreme = side === 'upper' ? Math.max(...known) : Math.min(...known)
  return [{ side, kind, curve: value, label: `${says} ${figure(extreme)}` }]
}

function picture(lines: readonly Line[], scale: Scale): SVGElement {
  const svg = drawn('svg', { viewBox: '0 0 1000 1000', preserveAspectRatio: 'none', 'aria-hidden': 'true' })
  const [upper, lower] = (['upper', 'lower'] as const).map((side) => lines.find((line) => line.side === side))
  if (upper && lower)
    svg.append(drawn('path', { class: 'plot-band', d: bandOf(upper.curve, lower.curve, scale) }))
  for (const tick of scale.ticks) {
    const y = 1000 * scale.height(tick)
    svg.append(drawn('path', { class: tick === 0 ? 'plot-zero' : 'plot-rule', d: `M0 ${y}H1000` }))
  }
  for (const { kind, curve } of lines)
    svg.append(drawn('path', { class: `plot-line ${kind}`, d: lineOf(curve, scale) }))
  return svg
}

function tickAt(tick: number, { height }: Scale): HTMLElement {
  const size = Math.abs(tick)
  const power = Math.round(Math.log10(size))
  const text = size < 1e4 ? [figure(tick)] : [tick < 0 ? '\u221210' : '10', element('sup', '', String(power))]
  const mark = element('span', 'plot-tick', ...text)
  mark.style.setProperty('--y', String(height(tick)))
  return mark
}

function labelOf({ side, label, kind, curve }: Line, scale: Scale): HTMLElement {
  const { x, y } = labelPlace(curve, side, scale)
  const mark = element('span', `plot-label ${side} ${kind}`, label)
  mark.style.setProperty('--x', String(x))
  mark.style.setProperty('--y', String(y))
  return mark
}
