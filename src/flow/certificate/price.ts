import type { Target } from '../../schema/flowFile.ts'
import { evaluationsOf, type Solving } from '../solving.ts'
import type { Cost } from '../cost.ts'
import { stepsWithin } from './fan.ts'
import { STABILITY_NODES } from './nodes.ts'
import { STEPS_OF_NETWORK } from './reference.ts'

const SAMPLES = 64
const FEWEST_SAMPLES = 8
const WORK = 1e8 // for one evaluation of all samples, in the units of `Cost`: some seconds for the certificate

/** How many samples measured statements rest on, where nobody says: 64, but of networks and dear closed forms down to 8. */
export function samplesOf({ target }: { readonly target: Pick<Target, 'kind'> }, { perRow }: Cost): number {
  if (target.kind === 'network') return FEWEST_SAMPLES
  return Math.max(FEWEST_SAMPLES, Math.min(SAMPLES, Math.floor(WORK / perRow)))
}

const REFERENCE = 1000 // evaluations of a tight solution of a closed form, about
const REFERENCE_OF_NETWORK = 4 * STEPS_OF_NETWORK
const LOOKS = 200 // derivatives along the way of a network
const LAYERS = 400 // evaluations where equal steps beside a stretch do not settle: of the narrower targets, some times as many

/** Evaluations for each sample of a certificate, about: the ways of the solver, and beside each step the exact flow. */
export function evaluationsOfCertificate(
  solving: Solving,
  { target }: { readonly target: Pick<Target, 'kind'> },
  compared: boolean
): number {
  const ways = compared ? 8 : 3
  const network = target.kind === 'network'
  const beside = network && !compared ? 0 : stepsWithin(solving) * 4 + LAYERS
  const reference = network ? REFERENCE_OF_NETWORK : REFERENCE
  const references =
    reference * (compared ? 3 : 2) + (network ? LOOKS : 0) + (compared ? 2 * STABILITY_NODES : 0)
  return references + ways * (Math.min(evaluationsOf(solving, false), 2 * REFERENCE) + beside)
}
