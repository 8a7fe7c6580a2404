import { readAddress, seedOf, writeAddress, type Address } from '../address.ts'
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
  const [seed, steps] = [field('seed'), field('steps')]
  const shown = form.querySelector<HTMLOutputElement>('#steps-shown')!

  function address(): Address {
    const fields = new FormData(form)
    const solver = fields.get('solver') as Address['solver']
    return { seed: seed.value, count: Number(fields.get('count')), steps: steps.valueAsNumber, solver }
  }

  function write(address: Address): void {
    seed.value = address.seed
    steps.value = shown.value = String(address.steps)
    for (const name of ['count', 'solver'] as const) {
      form.querySelector<HTMLInputElement>(`[name=${name}][value="${address[name]}"]`)!.checked = true
    }
  }

  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('change', onChange)
  steps.addEventListener('input', () => (shown.value = steps.value))
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
      history.replaceState(null, '', writeAddress(address()))
      const { seed, ...rest } = address()
      return { ...rest, seed: seedOf(seed) }
    },
    blame(name) {
      seed.setAttribute('aria-invalid', String(name === 'seed'))
    }
  }
}
