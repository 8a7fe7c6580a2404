import { distance } from '../../src/flow/certificate/distance.ts'
import { fanOf } from '../../src/flow/certificate/fan.ts'
import { runOf, type Measuring } from '../../src/flow/certificate/measuring.ts'
import type { Subject } from '../../src/flow/certificate/subject.ts'
import { noise } from '../../src/flow/noise.ts'
import { solvingOf } from '../../src/flow/solving.ts'
import { transport } from '../../src/flow/transport.ts'
import { doublingAxis, logAxis } from '../../src/plot/axis.ts'
import { legend, panel, type Curve, type Panel } from '../../src/plot/panel.ts'
import { clusters, COLORS, openSubject } from './subject.ts'
import { svg, text } from '../../src/plot/svg.ts'

const STEPS = [4, 8, 16, 32, 64, 128, 256]
const COUNT = 64
const SOLVERS = ['heun', 'rk4'] as const
const TITLE = 'How far decoding is off: measured, and bounded by the certificate'
const WAYS = [
  { title: 'clusters at -1 and 1: growth of at most 3.69', means: [-1, 1] },
  { title: 'clusters at -2 and 2: growth of at most 1490', means: [-2, 2] }
]

/** The statements decode-error and decode-error-bound for more and more steps. */
export async function stepsPlot(): Promise<string> {
  const panels: Panel[] = []
  for (const { title, means } of WAYS) {
    const subject = await openSubject({ schedule: 'linear', target: clusters(means, [0.5, 0.5]) })
    const { log64 } = subject.engine.core
    const x = doublingAxis('steps', STEPS, log64)
    const y = logAxis(panels.length === 0 ? 'root mean square over 64 samples' : '', -7, 3, log64, 2)
    panels.push({ title, x, y, curves: await curvesOf(subject) })
  }
  const [width, height] = [760, 390]
  return svg({
    width,
    height,
    title: TITLE,
    parts: [
      text(24, 28, TITLE, 'font-size="15" font-weight="600"'),
      legend(panels[0].curves, 24, 54, width - 20),
      ...panels.map((one, i) => panel(one, { left: 72 + i * 358, top: 96, width: 300, height: 240 }))
    ]
  })
}

async function curvesOf(subject: Subject): Promise<Curve[]> {
  const { engine } = subject
  const pause = () => Promise.resolve()
  const states = noise(engine, { count: COUNT, seed: 0, first: 0 })
  const tight = solvingOf({ solver: 'dopri5', rtol: 1e-7, atol: 1e-7 })
  const measuring: Measuring = { solving: tight, count: COUNT, seed: 0, signal: undefined, pause }
  const truth = transport(engine, states, COUNT, runOf(subject, measuring, 0, 1, tight)).data
  const curves: Curve[] = []
  for (const [k, solver] of SOLVERS.entries()) {
    const measured: [number, number][] = []
    const bounds: [number, number][] = []
    for (const steps of STEPS) {
      const run = runOf(subject, measuring, 0, 1, solvingOf({ solver, steps }))
      const fan = await fanOf(subject, states, COUNT, run, pause)
      measured.push([steps, distance(fan.data, truth, COUNT)])
      bounds.push([steps, fan.bound])
    }
    const color = COLORS[k]
    curves.push({ name: `${solver}, bound`, color, points: bounds, dashed: true, marked: true })
    curves.push({ name: `${solver}, measured`, color, points: measured, marked: true })
  }
  return curves
}
