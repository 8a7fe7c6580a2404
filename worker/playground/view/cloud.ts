import type { Cloud } from '../targets.ts'
import { drawn } from './element.ts'

const REACH = 4.5 // of the picture from its middle, to all sides
const DOT = 0.07 // radius of a point without a width

/** Shows where a target lies in the plane: each part as the ellipses of one and of two standard deviations. */
export function cloudView(picture: Element): { show(cloud: Cloud | undefined): void } {
  picture.setAttribute('viewBox', `${-REACH} ${-REACH / 2} ${2 * REACH} ${REACH}`)
  return {
    show(cloud) {
      picture.toggleAttribute('hidden', cloud === undefined)
      picture.replaceChildren(...(cloud?.means ?? []).flatMap((mean) => ellipses(mean, cloud!.stds)))
    }
  }
}

function ellipses([cx, cy]: readonly [number, number], [rx, ry]: readonly [number, number]): SVGElement[] {
  const wide = [2, 1].map((times) => drawn('ellipse', { cx, cy: -cy, rx: times * rx, ry: times * ry }))
  return [...wide, drawn('circle', { cx, cy: -cy, r: DOT })]
}
