import type { SolverName } from '../../src/index.web.ts'
import { Refusal, type Points } from './backend.ts'
import { npyRows } from './npyRows.ts'

const FOLDER = '/models/digits/'

/** What the page reads of the model's manifest. */
export interface ModelCard {
  readonly name: string
  readonly description: string
  readonly licence: string
  readonly sampling?: { readonly solver: SolverName; readonly steps: number }
}

export async function modelCard(): Promise<ModelCard> {
  return (await (await get('model.json')).json()) as ModelCard
}

/** Real digits that training never saw, pixels in [0, 1]; as many of each, from 0 to 9. The file holds bytes. */
export async function heldOutDigits(): Promise<Points> {
  const { count, dim, data } = await npyRows(await get('heldout.npy'))
  return { count, dim, data: data.map((byte) => byte / 255) }
}

/** What a held-out digit shows. */
export function labelOf(i: number, count: number): string {
  return `a ${Math.floor((10 * i) / count)}`
}

async function get(file: string): Promise<Response> {
  const response = await fetch(FOLDER + file)
  if (!response.ok)
    throw new Refusal(`${FOLDER}${file} cannot be loaded (${response.status}). Build the page again.`)
  return response
}
