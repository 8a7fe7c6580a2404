import type { Target } from '../../schema/flowFile.ts'
import { evaluationsOf, type Solving } from '../solving.ts'
import type { Cost } from '../cost.ts'
import { stepsWithin } from './fan.ts'

const SAMPLES = 64
const FEWEST_SAMPLES = 8
const WORK = 1e8 // for one evaluation of all samples, in the units of `Cost`: some seconds for the certificate

/** How many samples measured statements rest on, where nobody says: 64, but of networks and dear closed forms down to 8. */
export function samplesOf({ target }: { readonly target: Pick<Target, 'kind'> }, { perRow }: Cost): number {
  if (target.kind === 'network') return FEWEST_SAMPLES
  return Math.max(FEWEST_SAMPLES, Math.min(SAMPLES, Math.floor(WORK / perRow)))
}

const REFERENCE = 2000 // evaluations of both tight references, about; a network's are fixed steps
const REFERENCE_OF_NETWORK = 2 * 4 * 40
const LOOKS = 200 // derivatives along the way of a network

/** Evaluations for each sample of a certificate, about: the ways of the solver, and beside each step the exact flow. */
export function evaluationsOfCertificate(
  solving: Solving,
  { target }: { readonly target: Pick<Target, 'kind'> },
  compared: boolean
): number {
  const ways = compared ? 8 : 3
  const network = target.kind === 'network'
  const beside = network && !compared ? 0 : stepsWithin(solving) * 4
  const references = network ? REFERENCE_OF_NETWORK + LOOKS : REFERENCE
  return references + ways * (Math.min(evaluationsOf(solving, false), REFERENCE) + beside)
}
