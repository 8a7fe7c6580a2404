/** The side of a digit in pixels. */
const SIDE = 28

/** Two inks: one for what people wrote, one for what the flow drew. */
export type Ink = 'real' | 'flow'

const painted = new Map<HTMLCanvasElement, { values: ArrayLike<number>; ink: Ink }>()
const dark = matchMedia('(prefers-color-scheme: dark)')

// Pixels do not follow the style sheet by themselves.
dark.addEventListener('change', () => {
  for (const [canvas, { values, ink }] of painted) {
    if (canvas.isConnected) paint(canvas, values, ink)
    else painted.delete(canvas)
  }
})

export function digitCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIDE
  return canvas
}

/**
 * Draws 784 values: 0 is paper, 1 is full ink, and what lies below 0 (noise does) takes the other ink.
 * A value that is no number stays paper.
 */
export function paint(canvas: HTMLCanvasElement, values: ArrayLike<number>, ink: Ink): void {
  painted.set(canvas, { values, ink })
  const context = canvas.getContext('2d')!
  const image = context.createImageData(SIDE, SIDE)
  const inks = { real: colour('--real-ink'), flow: colour('--flow-ink') }
  const above = inks[ink]
  const below = inks[ink === 'flow' ? 'real' : 'flow']
  for (let i = 0; i < SIDE * SIDE; i++) {
    image.data.set(values[i] < 0 ? below : above, 4 * i)
    image.data[4 * i + 3] = 255 * Math.min(1, Math.abs(values[i]))
  }
  context.putImageData(image, 0, 0)
}

export function clear(canvas: HTMLCanvasElement): void {
  painted.delete(canvas)
  canvas.getContext('2d')!.clearRect(0, 0, SIDE, SIDE)
}

/** Red, green and blue of a custom property such as `36 64 196`. */
function colour(property: string): number[] {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim().split(' ').map(Number)
}
