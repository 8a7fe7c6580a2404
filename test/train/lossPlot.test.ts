import { expect, it } from 'vitest'
import { niceStep } from '../../src/plot/axis.ts'
import { lossPlot } from '../../src/train/lossPlot.ts'

/** The points of each line: those of axes have two, those of curves one for each point of the run. */
const linesOf = (drawing: string): [number, number][][] =>
  [...drawing.matchAll(/<path d="M([^"]+)" stroke="#(?:4c78a8|e45756)"\/>/g)].map(([, places]) =>
    places.split('L').map((place) => place.split(' ').map(Number) as [number, number])
  )

const curve = [
  { step: 250, loss: 1.3, heldOutLoss: 1.1 },
  { step: 500, loss: 0.7, heldOutLoss: 0.9 },
  { step: 1000, loss: 0.3, heldOutLoss: 0.8 }
]

it('draws the training loss and the held-out loss where the axes say', () => {
  const drawing = lossPlot(curve, 'A & B')
  const [training, heldOut] = linesOf(drawing)
  // Steps 0 to 1000 on 540 pixels from 72, losses 0.2 to 1.4 on 230 pixels up from 300.
  const place = (step: number, loss: number) => [72 + 0.54 * step, 300 - (230 * (loss - 0.2)) / 1.2]
  curve.forEach(({ step, loss, heldOutLoss }, i) => {
    const [x, y] = place(step, loss)
    expect(training[i][0]).toBeCloseTo(x, 1)
    expect(training[i][1]).toBeCloseTo(y, 1)
    expect(heldOut[i][1]).toBeCloseTo(place(step, heldOutLoss)[1], 1)
  })
  expect(drawing).toContain('<title>A &amp; B</title>')
  for (const words of ['>0.5<', '>1<', '>1000<', 'held-out loss']) expect(drawing).toContain(words)
})

it('draws one curve where no rows are held out, and one point too', () => {
  const drawing = lossPlot([{ step: 40, loss: 0.5 }])
  expect(linesOf(drawing)).toHaveLength(1)
  expect(drawing).not.toMatch(/held-out|NaN|Infinity/)
})

it('has the same number of ticks for losses of any size', () => {
  const ticks = (scale: number) => {
    const scaled = curve.map(({ step, loss }) => ({ step, loss: scale * loss }))
    return lossPlot(scaled).match(/text-anchor="end"/g)?.length
  }
  expect([1e-4, 1e-2, 1, 100, 1e5].map(ticks)).toEqual(new Array(5).fill(ticks(1)))
  expect([0.03, 0.2, 0.21, 3, 70, 1e-6].map(niceStep)).toEqual([0.05, 0.2, 0.5, 5, 100, 1e-6])
})
