import { digitCanvas, paint } from '../digits.ts'
import type { LocalBackend } from '../local.ts'
import type { PathRequest } from '../path.ts'

/** As many frames as a wide page has room for; a narrow one shows every other. */
const FRAMES = 11

/** The strip that shows one sample on its way, each frame standing at its own time along the axis. */
export function pathView(
  figure: HTMLElement,
  local: LocalBackend
): { show(request: Omit<PathRequest, 'frames'>): Promise<void> } {
  const place = figure.querySelector<HTMLElement>('.path-frames')!
  const caption = figure.querySelector('figcaption')!
  const canvases = Array.from({ length: FRAMES }, (_, i) => {
    const canvas = digitCanvas()
    canvas.style.setProperty('--t', String(i / (FRAMES - 1)))
    place.append(canvas)
    return canvas
  })
  let current = new AbortController()

  return {
    async show(request) {
      current.abort()
      current = new AbortController()
      const { rows } = await local.path({ ...request, frames: FRAMES }, current)
      canvases.forEach((canvas, i) => {
        paint(canvas, rows.data.subarray(i * rows.dim, (i + 1) * rows.dim), 'flow')
      })
      caption.textContent = `Sample ${request.index} of seed ${request.seed} on its way. Pick another below.`
    }
  }
}
