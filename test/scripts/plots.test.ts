import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { linearAxis, logAxis } from '../../src/plot/axis.ts'
import { PLOTS } from '../../scripts/plot/index.ts'
import { panel } from '../../src/plot/panel.ts'
import { svg, text } from '../../src/plot/svg.ts'

const MOST = 60 * 1024 // bytes

it.each(Object.entries(PLOTS))('docs/plots/%s is what the code says today', async (name, draw) => {
  const drawn = await draw()
  expect(drawn.length).toBeLessThan(MOST)
  // Not by toEqual, whose difference of two pictures nobody reads.
  expect(drawn === readFileSync(`docs/plots/${name}`, 'utf8'), 'npm run plot:certificates').toBe(true)
})

it('a linear axis has three to six round ticks between its ends', () => {
  for (const [from, to] of [
    [0, 1],
    [-1.3, 8.4],
    [-8.6, 14],
    [-3, 40]
  ]) {
    const { ticks, place } = linearAxis('', from, to)
    expect(ticks.length).toBeGreaterThanOrEqual(3)
    expect(ticks.length).toBeLessThanOrEqual(6)
    for (const tick of ticks) expect(place(tick)).toBeCloseTo((tick - from) / (to - from), 12)
  }
})

it('a logarithmic axis gives every power of ten the same room', () => {
  const { ticks, place, show } = logAxis('', -3, 5, Math.log, 2)
  expect(ticks.map(show)).toEqual(['1e-3', '0.1', '10', '1000', '1e5'])
  ticks.forEach((tick, i) => expect(place(tick)).toBeCloseTo(i / 4, 12))
})

it('a curve goes through its points, with the larger values above', () => {
  const axis = linearAxis('', 0, 1)
  const curve = {
    name: 'one',
    color: 'red',
    points: [
      [0, 0],
      [1, 0.5]
    ] as const
  }
  const drawn = panel(
    { title: '', x: axis, y: axis, curves: [curve] },
    { left: 10, top: 20, width: 100, height: 50 }
  )
  expect(drawn).toContain('<path d="M10 70L110 45" stroke="red"/>')
})

it('words keep what XML would take for itself', () => {
  expect(svg({ width: 1, height: 1, title: 'a < b & c', parts: [text(0, 0, 'x > 1')] })).toMatch(
    /<title>a &lt; b &amp; c<\/title>[^]*>x &gt; 1</
  )
})
