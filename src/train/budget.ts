/** Seconds, and share of the budget, that measuring the pace may take; and the share left for what was not measured. */
const LONGEST = 10
const SHARE = 0.03
const SPARE = 0.05
const FEWEST = 3

/** What a run does again and again, and how often the second is done for one of the first. */
interface Work {
  readonly step: (index: number) => void
  readonly evaluate: () => void
  readonly evaluateEvery: number
}

/**
 * How many steps fit into `seconds`, by the mean time of a few that are thrown away. With their number known before the first,
 * the learning rate can follow the steps, and the run is that of `steps` of this number, to the bit.
 *
 * @returns at least 1, at most `most`
 */
export async function plannedSteps(seconds: number, most: number, work: Work): Promise<number> {
  const now = (): number => performance.now() / 1000
  const start = now()
  work.step(0) // the first step compiles and allocates
  const begun = now()
  let taken = 0
  while (taken < FEWEST || now() - start < Math.min(LONGEST, SHARE * seconds)) {
    work.step(++taken)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const stepped = now()
  work.evaluate()
  const ended = now()
  const pace = (stepped - begun) / taken + (ended - stepped) / work.evaluateEvery
  const fitting = ((1 - SPARE) * seconds - (ended - start)) / pace
  return Math.max(1, Math.min(most, Math.floor(fitting)))
}
