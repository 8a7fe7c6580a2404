import type { Io } from './command.ts'

/** Milliseconds of work before a terminal shows a line, between two lines on a terminal, and between two in a log. */
const PATIENCE = 500
const REDRAW = 100
const LOG = 10_000

export interface StatusLine {
  /** Shows where the work is, if it is time to. */
  update(text: string): void
  /** Leaves a clean line behind. */
  end(): void
}

/** A line on the standard error that is drawn over on a terminal, and written every ten seconds elsewhere. */
export function statusLine(io: Io, now: () => number = () => performance.now()): StatusLine {
  let next = now() + (io.terminal ? PATIENCE : LOG)
  let drawn = false
  return {
    update(text) {
      if (now() < next) return
      next = now() + (io.terminal ? REDRAW : LOG)
      drawn = io.terminal
      io.report(io.terminal ? `\r\x1b[K${text}` : `${text}\n`)
    },
    end() {
      if (drawn) io.report('\r\x1b[K')
      drawn = false
    }
  }
}
