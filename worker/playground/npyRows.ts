import { parseNpy } from '../../src/io/index.ts'
import type { Points } from './backend.ts'

/** The rows of an .npy body of shape (count, dim). */
export async function npyRows(response: Response): Promise<Points> {
  const { shape, data } = parseNpy(new Uint8Array(await response.arrayBuffer()))
  const [count] = shape
  return { count, dim: data.length / count, data: data as Points['data'] }
}
