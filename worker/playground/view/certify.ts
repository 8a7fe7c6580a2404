import type { Statement } from '../../../src/index.web.ts'
import type { Backend, Place } from '../backend.ts'
import { targetOf, type TargetName } from '../targets.ts'
import { task } from '../task.ts'
import { counted, duration, figure } from '../words.ts'
import { cloudView } from './cloud.ts'
import { plotView } from './plot.ts'
import { statementsView } from './statements.ts'

export interface CertifyView {
  /** Certifies the chosen target in the chosen place. */
  run(): Promise<void>
}

/** A choice of targets, a slider that shapes the chosen one, and what is certain of the flow to it. */
export function certifyView(
  part: HTMLElement,
  backends: Readonly<Record<Place, Backend>>,
  place: () => Place
): CertifyView {
  const form = part.querySelector<HTMLFormElement>('#certify-form')!
  const size = part.querySelector<HTMLInputElement>('#size')!
  const shown = part.querySelector<HTMLOutputElement>('#size-shown')!
  const result = part.querySelector('.certify')!
  const cloud = cloudView(part.querySelector('#cloud')!)
  const plot = plotView(part.querySelector('#bounds')!)
  const list = statementsView(part.querySelector('#statements')!)
  const work = task(part)
  let certified = ''
  let moving = false

  const chosen = (): TargetName => new FormData(form).get('target') as TargetName
  const wanted = (): string => `${chosen()} ${size.value}`

  function choose(): void {
    const { says, knob } = targetOf(chosen())
    part.querySelector('#target-says')!.textContent = says
    part.querySelector('#knob')!.toggleAttribute('hidden', knob === undefined)
    if (knob !== undefined) {
      part.querySelector('#size-label')!.textContent = knob.label
      Object.assign(size, { min: knob.min, max: knob.max, value: knob.start })
    }
    picture()
    result.classList.add('stale')
  }

  function picture(): void {
    shown.value = figure(size.valueAsNumber)
    cloud.show(targetOf(chosen()).cloud?.(size.valueAsNumber))
  }

  function show(statements: readonly Statement[]): void {
    plot.show(statements)
    list.show(statements)
    result.classList.remove('stale')
  }

  async function run(): Promise<void> {
    certified = wanted()
    const where = place()
    const model = targetOf(chosen()).model(size.valueAsNumber)
    await work.run(async (following) => {
      try {
        const { statements, time } = await backends[where].certify(model, following)
        if (!following.signal.aborted) show(statements)
        return summary(statements, time, where)
      } catch (error) {
        if (!following.signal.aborted) show([]) // what stands there is of another target
        throw error
      }
    })
  }

  // As where digits are interpolated: what counts is where the slider stands, not every place it crossed.
  async function moved(): Promise<void> {
    picture()
    if (moving) return
    moving = true
    while (certified !== wanted()) await run()
    moving = false
  }

  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('change', ({ target }) => {
    if (target === size) return
    choose()
    void run()
  })
  size.addEventListener('input', () => void moved())
  choose()
  return { run }
}

function summary(statements: readonly Statement[], time: number, where: Place): string {
  const found = statements.filter(({ value }) => value !== null)
  const kinds = (['proved', 'computed', 'estimated'] as const).flatMap((kind) => {
    const count = found.filter((statement) => statement.kind === kind).length
    return count === 0 ? [] : [`${count} ${kind}`]
  })
  const missing = statements.length - found.length
  if (missing > 0) kinds.push(`${missing} without a value`)
  const said = `${counted(statements.length, 'statement')} in ${duration(time)} in the ${where}`
  return `${said}: ${kinds.join(', ')}.`
}
