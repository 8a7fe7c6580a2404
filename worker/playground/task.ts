import type { Following } from './backend.ts'

/** Runs one request at a time in its part of the page: a new one calls the last one off. */
export interface Task {
  /** `work` gets how to report its progress and returns the sentence that the status ends with. */
  run(work: (following: Required<Pick<Following, 'signal' | 'onProgress'>>) => Promise<string>): Promise<void>
}

/** A request shorter than this shows no progress, which would only flicker. */
const PATIENCE = 150

/** Shows progress, status and errors in the `.progress`, `.status` and `.alert` inside `part`. */
export function task(part: ParentNode & Element): Task {
  const progress = part.querySelector<HTMLProgressElement>('.progress')!
  const status = part.querySelector<HTMLElement>('.status')!
  const alert = part.querySelector<HTMLElement>('.alert')!
  let current = new AbortController()

  return {
    async run(work) {
      current.abort()
      const own = (current = new AbortController())
      progress.value = 0
      part.setAttribute('aria-busy', 'true')
      const patience = setTimeout(() => progress.classList.add('busy'), PATIENCE)
      try {
        const onProgress = (share: number): void => {
          if (own === current) progress.value = share
        }
        const sentence = await work({ signal: own.signal, onProgress })
        if (own !== current) return
        status.textContent = sentence
        alert.replaceChildren()
      } catch (error) {
        if (own !== current) return
        status.textContent = ''
        alert.replaceChildren(...sentenceOf(error))
      } finally {
        clearTimeout(patience)
        if (own === current) {
          progress.classList.remove('busy')
          part.removeAttribute('aria-busy')
        }
      }
    }
  }
}

/** The error's own words; what stands in backquotes, the names of fields, is set as code. */
function sentenceOf(error: unknown): Node[] {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('`').map((piece, i) => {
    const node = document.createElement(i % 2 === 1 ? 'code' : 'span')
    node.textContent = piece
    return node
  })
}
