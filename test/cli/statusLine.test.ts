import { expect, it } from 'vitest'
import { statusLine } from '../../src/cli/statusLine.ts'
import { testIo } from './io.ts'

function clocked(terminal: boolean) {
  const { io, world } = testIo({ terminal })
  let now = 0
  const line = statusLine(io, () => now)
  const at = (time: number, text: string): void => {
    now = time
    line.update(text)
  }
  return { at, line, world }
}

it('a terminal sees nothing of quick work', () => {
  const { at, line, world } = clocked(true)
  at(100, 'step 1')
  at(499, 'step 2')
  line.end()
  expect(world.stderr).toBe('')
})

it('a terminal sees one line drawn over, and a clean one after it', () => {
  const { at, line, world } = clocked(true)
  at(500, 'step 1')
  at(550, 'step 2')
  at(600, 'step 3')
  line.end()
  expect(world.stderr).toBe('\r\x1b[Kstep 1\r\x1b[Kstep 3\r\x1b[K')
})

it('a log sees one line in ten seconds', () => {
  const { at, line, world } = clocked(false)
  for (let second = 0; second <= 25; second++) at(1000 * second, `second ${second}`)
  line.end()
  expect(world.stderr).toBe('second 10\nsecond 20\n')
})
