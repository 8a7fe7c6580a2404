import { linearAxis, niceStep } from '../plot/axis.ts'
import { legend, panel, type Curve } from '../plot/panel.ts'
import { svg, text } from '../plot/svg.ts'
import type { CurvePoint } from './progress.ts'

const [WIDTH, HEIGHT] = [640, 360]
const BOX = { left: 72, top: 70, width: 540, height: 230 }
const MARKED = 40 // points at most of a curve whose points are marked

/**
 * The loss curve of a run as an SVG file: the mean training loss between two points, and the held-out loss of the averaged
 * weights at each, where rows are held out.
 *
 * @param curve at least one point
 */
export function lossPlot(curve: readonly CurvePoint[], title = 'Training'): string {
  const marked = curve.length <= MARKED
  const training: Curve = {
    name: 'training loss',
    color: '#4c78a8',
    points: curve.map(({ step, loss }) => [step, loss]),
    marked
  }
  const judged = curve.flatMap(({ step, heldOutLoss }): [number, number][] =>
    heldOutLoss === undefined ? [] : [[step, heldOutLoss]]
  )
  const heldOut: Curve = {
    name: 'held-out loss of the averaged weights',
    color: '#e45756',
    points: judged,
    marked
  }
  const curves = judged.length > 0 ? [training, heldOut] : [training]
  const losses = curves.flatMap(({ points }) => points.map(([, loss]) => loss))
  const [low, high] = around(Math.min(...losses), Math.max(...losses))
  const last = curve.at(-1)?.step ?? 1
  const axes = { x: linearAxis('steps', 0, last), y: linearAxis('mean squared error', low, high) }
  return svg({
    width: WIDTH,
    height: HEIGHT,
    title,
    parts: [
      text(24, 28, title, 'font-size="15" font-weight="600"'),
      legend(curves, 24, 52, WIDTH - 20),
      panel({ title: '', ...axes, curves }, BOX)
    ]
  })
}

/** From a tick below to a tick above. */
function around(least: number, most: number): [low: number, high: number] {
  const step = niceStep((most - least || Math.abs(most) || 1) / 5)
  return [step * Math.floor(least / step), step * Math.ceil(most / step + 1e-9)]
}
