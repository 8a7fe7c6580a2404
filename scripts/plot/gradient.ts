import { evaluateTangents } from '../../src/flow/evaluate.ts'
import type { Subject } from '../../src/flow/certificate/subject.ts'
import { SCHEDULE_NAMES, type ScheduleName } from '../../src/schema/schedule.ts'
import { gradientBounds } from '../../src/theory/gradient.ts'
import { linearAxis } from '../../src/plot/axis.ts'
import { legend, panel, type Band, type Curve, type Panel } from '../../src/plot/panel.ts'
import { clusters, COLORS, openSubject } from './subject.ts'
import { svg, text } from '../../src/plot/svg.ts'

const TIMES = Array.from({ length: 65 }, (_, i) => i / 64)
const PLACES = 601
const TITLE = 'What the eigenvalues of grad v(t, x) lie between'

/** The bounds on grad v along t, beside its values at many x, on every schedule. */
export async function gradientPlot(): Promise<string> {
  const target = clusters([-2, 2], [0.5, 1])
  const panels: Panel[] = []
  for (const name of SCHEDULE_NAMES) panels.push(panelOf(name, await openSubject({ schedule: name, target })))
  const [width, height] = [760, 548]
  const boxes = panels.map((_, i) => ({
    left: 66 + (i % 3) * 236,
    top: 96 + Math.floor(i / 3) * 236,
    width: 174,
    height: 150
  }))
  const [{ curves, bands = [] }] = panels
  return svg({
    width,
    height,
    title: TITLE,
    parts: [
      text(24, 28, `${TITLE}: clusters N(-2, 0.5²) and N(2, 1)`, 'font-size="15" font-weight="600"'),
      legend([...curves, ...bands], 24, 54, width - 20),
      ...panels.map((one, i) => panel(one, boxes[i]))
    ]
  })
}

function panelOf(name: ScheduleName, subject: Subject): Panel {
  const bounds = TIMES.map((t) => gradientBounds(subject.classes, subject.at(t), subject.engine.core))
  const upper = bounds.map(({ upper }, i) => [TIMES[i], upper.value] as const)
  const lower = bounds.map(({ lower }, i) => [TIMES[i], lower.value] as const)
  const values = [...upper, ...lower].map(([, value]) => value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const room = 0.06 * (most - least)
  const curves: Curve[] = [
    { name: 'upper bound', color: COLORS[1], points: upper },
    { name: 'lower bound', color: COLORS[0], points: lower }
  ]
  return {
    title: name,
    x: linearAxis('t', 0, 1, [0, 0.5, 1]),
    y: linearAxis('', least - room, most + room),
    bands: [seen(subject)],
    curves
  }
}

/** From the least to the largest derivative of the velocity on a line at many points, by the core. */
function seen({ engine, at }: Subject): Band {
  const ones = new Float32Array(PLACES).fill(1)
  const found = TIMES.map((t) => {
    const { a, b } = at(t)
    const x = Float32Array.from(
      { length: PLACES },
      (_, i) => (12 * (a + b) * (i - (PLACES - 1) / 2)) / PLACES
    )
    return [...evaluateTangents(engine, x, PLACES, ones, 1, t).tangents]
  })
  return {
    name: `values at ${PLACES} points x`,
    color: '#c9ced6',
    below: found.map((values, i) => [TIMES[i], Math.min(...values)]),
    above: found.map((values, i) => [TIMES[i], Math.max(...values)])
  }
}
