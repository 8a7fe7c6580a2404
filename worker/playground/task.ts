import { Refusal, type Following } from './backend.ts'
import { prose } from './words.ts'

type Work = (following: Required<Pick<Following, 'signal' | 'onProgress'>>) => Promise<string>

/** Runs one request at a time in its part of the page: a new one calls the last one off. */
export interface Task {
  /**
   * `work` gets how to report its progress and returns the sentence that the status ends with.
   * Resolves to the field at fault when the request was refused for one.
   */
  run(work: Work): Promise<string | undefined>
}

/** A request shorter than this shows no progress, which would only flicker. */
const PATIENCE = 150

/** Shows progress, status and errors in the `.progress`, `.status` and `.alert` inside `part`. */
export function task(part: Element): Task {
  const progress = part.querySelector<HTMLProgressElement>('.progress')!
  const status = part.querySelector<HTMLElement>('.status')!
  const alert = part.querySelector<HTMLElement>('.alert')!
  let current = new AbortController()

  function begin(): AbortController {
    current.abort()
    const own = (current = new AbortController())
    progress.value = 0
    part.setAttribute('aria-busy', 'true')
    setTimeout(() => progress.classList.toggle('busy', part.hasAttribute('aria-busy')), PATIENCE)
    return own
  }

  /** Only the request that is still the last one may speak. */
  function end(own: AbortController, said: string, failure: readonly Node[] = []): void {
    if (own !== current) return
    status.textContent = said
    alert.replaceChildren(...failure)
    progress.classList.remove('busy')
    part.removeAttribute('aria-busy')
  }

  return {
    async run(work) {
      const own = begin()
      const onProgress = (share: number): void => {
        if (own === current) progress.value = share
      }
      try {
        end(own, await work({ signal: own.signal, onProgress }))
        return undefined
      } catch (error) {
        end(own, '', prose(error instanceof Error ? error.message : String(error)))
        return error instanceof Refusal ? error.path : undefined
      }
    }
  }
}
