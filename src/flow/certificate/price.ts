import type { Target } from '../../schema/flowFile.ts'
import { evaluationsOf, type Solving } from '../solving.ts'
import { WITHIN } from './fan.ts'

const SAMPLES = 64
const SAMPLES_OF_NETWORK = 8

/** How many samples measured statements rest on, where nobody says: an evaluation of a network is dear. */
export function samplesOf({ target }: { readonly target: Pick<Target, 'kind'> }): number {
  return target.kind === 'network' ? SAMPLES_OF_NETWORK : SAMPLES
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
  const steps = solving.kind === 'grid' ? solving.steps : 20
  const beside = network && !compared ? 0 : steps * WITHIN * 4
  const references = network ? REFERENCE_OF_NETWORK + LOOKS : REFERENCE
  return references + ways * (Math.min(evaluationsOf(solving, false), REFERENCE) + beside)
}
