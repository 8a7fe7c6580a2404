import { expectGoing } from './slices.ts'

const TURN_MS = 10

/**
 * A place for long work to stop at: lets the event loop turn where it has not for a while, and looks at the signal.
 *
 * @throws GaussflowError `aborted`
 */
export function pauses(signal: AbortSignal | undefined): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since >= TURN_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      since = performance.now()
    }
    expectGoing(signal)
  }
}
