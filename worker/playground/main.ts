import { keepHash } from './anchors.ts'
import type { Address } from './address.ts'
import type { Backend, Place } from './backend.ts'
import { localBackend } from './local.ts'
import { heldOutDigits, modelCard, type ModelCard } from './model.ts'
import { remoteBackend } from './remote.ts'
import { certifyView } from './view/certify.ts'
import { examplesView } from './view/examples.ts'
import { interpolateView } from './view/interpolate.ts'
import { pathView } from './view/path.ts'
import { reconstructView } from './view/reconstruct.ts'
import { sampleView } from './view/sample.ts'
import { prose, size } from './words.ts'

const find = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!

const local = localBackend(({ core, weights }) => {
  find('#sizes').textContent =
    `Loaded to draw this: a core of ${size(core)} and weights of ${size(weights)}, before compression.`
})
const wide = matchMedia('(min-width: 52rem)')
const backends: Record<Place, Backend> = { browser: local, worker: remoteBackend() }
const place = (): Place => document.querySelector<HTMLInputElement>('[name=place]:checked')!.value as Place
const examples = examplesView(find('#examples'))
const backend = (): Backend => backends[place()]
/** What is done again when the place changes. */
const reruns: (() => void)[] = []

/** What is drawn where neither the URL nor the model says otherwise. */
const START: Address = {
  seed: '42',
  count: wide.matches ? 36 : 16,
  steps: 50,
  solver: 'heun',
  label: undefined,
  guidance: 1.5
}

async function start(): Promise<void> {
  const card = await modelCard()
  find('#model-card').replaceChildren(...prose(`${card.description} ${card.licence}`))
  reruns.push(startSampling(card))
  const digits = await heldOutDigits()
  const views = [
    { part: find('#reconstruct'), view: reconstructView(find('#reconstruct'), digits, backend) },
    { part: find('#interpolate'), view: interpolateView(find('#interpolate'), digits, backend) }
  ]
  for (const { part, view } of views) runOnceSeen(part, view)
}

function runOnceSeen(part: Element, view: { run(): Promise<void> }): void {
  onceSeen(part, () => {
    reruns.push(() => void view.run())
    void view.run()
  })
}

function startSampling({ sampling }: ModelCard): () => void {
  const path = pathView(find('#path'), local)
  const sample = sampleView(find('#sample'), {
    backends,
    place,
    otherwise: { ...START, ...sampling },
    onDraw: (drawing) => examples.show(drawing),
    // A path that cannot be had is no second error: the samples say what is wrong.
    onPick: (index, { seed, count: _, ...solving }) =>
      void path.show({ seed, index, solving }).catch(() => undefined)
  })
  void sample.draw()
  return () => void sample.draw()
}

/** A phone need not compute what nobody scrolls to. */
function onceSeen(part: Element, run: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return
    observer.disconnect()
    run()
  })
  observer.observe(part)
}

keepHash()
find('#place').addEventListener('change', () => {
  for (const rerun of reruns) rerun()
})
runOnceSeen(find('#certify'), certifyView(find('#certify'), backends, place))
examples.show({ ...START, seed: Number(START.seed) }) // so that they take their place at once
start().catch((error: unknown) => {
  find('#sample .alert').textContent = error instanceof Error ? error.message : String(error)
})
