import type { Subject } from '../../src/flow/certificate/subject.ts'
import type { FlowFile } from '../../src/schema/flowFile.ts'
import { growth, type Way } from '../../src/theory/growth.ts'
import { linearAxis, logAxis } from '../../src/plot/axis.ts'
import { legend, panel, type Curve, type Panel } from '../../src/plot/panel.ts'
import { clusters, COLORS, openSubject } from './subject.ts'
import { svg, text } from '../../src/plot/svg.ts'

const TARGETS: readonly (readonly [name: string, target: FlowFile['target']])[] = [
  ['clusters at -2 and 2 of width 0.5', clusters([-2, 2], [0.5, 0.5])],
  ['clusters at -1 and 1 of width 0.5', clusters([-1, 1], [0.5, 0.5])],
  ['N(0, 0.5²) within N(0, 1)', clusters([0, 0], [0.5, 1])],
  ['N(0, 2²)', { kind: 'gaussian', mean: [0], covariance: [[4]] }],
  ['the points -1 and 1 themselves', { kind: 'empirical', points: [[-1], [1]], bandwidth: 0 }]
]
const TIMES = Array.from({ length: 81 }, (_, i) => i / 80)
const TITLE = 'By what factor two points may move apart, at most'

/** The certified Lipschitz constants of the flow map from 0 to t, and of its inverse, along t. */
export async function growthPlot(): Promise<string> {
  const subjects = await Promise.all(TARGETS.map(([, target]) => openSubject({ schedule: 'linear', target })))
  const [{ engine }] = subjects
  const axes = {
    x: linearAxis('t', 0, 1, [0, 0.25, 0.5, 0.75, 1]),
    y: logAxis('', -1, 6, engine.core.log64)
  }
  const panels: Panel[] = [
    { ...axes, title: 'from noise to time t: Lip(X_0,t)', curves: curvesOf(subjects, 'forward') },
    { ...axes, title: 'from time t back to noise: Lip(X_t,0)', curves: curvesOf(subjects, 'inverse') }
  ]
  const [width, height] = [760, 410]
  return svg({
    width,
    height,
    title: TITLE,
    parts: [
      text(24, 28, `${TITLE} (linear schedule)`, 'font-size="15" font-weight="600"'),
      legend(panels[0].curves, 24, 54, width - 20),
      ...panels.map((one, i) => panel(one, { left: 64 + i * 362, top: 124, width: 310, height: 236 }))
    ]
  })
}

function curvesOf(subjects: readonly Subject[], way: Way): Curve[] {
  return subjects.map(({ classes, at, engine }, k) => {
    const logs = TIMES.map((t) => (t === 0 ? 0 : growth(classes, at, way, 0, t, engine.core).log))
    const points = logs.flatMap((log, i) =>
      log < Infinity ? [[TIMES[i], engine.core.exp64(log)] as const] : []
    )
    return { name: TARGETS[k][0], color: COLORS[k], points, dashed: k % 2 === 1 }
  })
}
