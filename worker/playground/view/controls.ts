import { readAddress, readLabel, seedOf, writeAddress, writeLabel, type Address } from '../address.ts'
import type { Drawing } from '../backend.ts'

/** The form of a request for samples, kept in step with the hash of the URL. */
export interface Controls {
  /** What the form asks for; the hash follows it. */
  read(): Drawing
  /** Marks the field at fault, or none. */
  blame(field: string | undefined): void
}

/** Starts from the hash, and from `otherwise` where the hash is silent. */
export function controls(form: HTMLFormElement, otherwise: Address, onChange: () => void): Controls {
  const field = (name: string): HTMLInputElement => form.querySelector<HTMLInputElement>(`#${name}`)!
  const seed = field('seed')
  const steps = slider('steps', String)
  const guidance = slider('guidance', (value) => value.toFixed(1))

  /** A range with its value beside it. */
  function slider(name: string, show: (value: number) => string): HTMLInputElement {
    const range = field(name)
    const shown = form.querySelector<HTMLOutputElement>(`#${name}-shown`)!
    range.addEventListener('input', () => (shown.value = show(range.valueAsNumber)))
    return range
  }

  function address(): Address {
    const fields = new FormData(form)
    return {
      seed: seed.value,
      count: Number(fields.get('count')),
      steps: steps.valueAsNumber,
      solver: fields.get('solver') as Address['solver'],
      label: readLabel(fields.get('label') as string, undefined),
      guidance: guidance.valueAsNumber
    }
  }

  function show(range: HTMLInputElement, value: number): void {
    range.value = String(value)
    range.dispatchEvent(new Event('input'))
  }

  function write(address: Address): void {
    seed.value = address.seed
    show(steps, address.steps)
    show(guidance, address.guidance)
    const chosen = { count: address.count, solver: address.solver, label: writeLabel(address.label) }
    for (const [name, value] of Object.entries(chosen))
      form.querySelector<HTMLInputElement>(`[name=${name}][value="${value}"]`)!.checked = true
    enable(address)
  }

  /** What nothing leads to has no strength. */
  const enable = ({ label }: Address): void => void (guidance.disabled = label === undefined)

  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('change', onChange)
  form.querySelector('#roll')!.addEventListener('click', () => {
    seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000)
    onChange()
  })
  addEventListener('hashchange', () => {
    write(readAddress(location.hash, address()))
    onChange()
  })
  write(readAddress(location.hash, otherwise))

  return {
    read() {
      const asked = address()
      history.replaceState(null, '', writeAddress(asked))
      enable(asked)
      const { seed, count, solver, steps, label, guidance } = asked
      return { count, seed: seedOf(seed), solver, steps, ...(label !== undefined && { label, guidance }) }
    },
    blame(name) {
      seed.setAttribute('aria-invalid', String(name === 'seed'))
    }
  }
}
