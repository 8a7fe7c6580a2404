import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlowFile } from '../../src/index.ts'

/** Two blobs on the plane. */
export const blobs: FlowFile = {
  schedule: 'linear',
  target: {
    kind: 'mixture',
    weights: [0.5, 0.5],
    means: [
      [-2, 0],
      [2, 0]
    ],
    stds: [0.3, 0.3]
  }
}

/** A model folder's manifest: eight pictures of 2 x 2 pixels around two of them. */
export const pictures = {
  format: 1,
  name: 'pictures',
  description: 'Two pictures of two by two pixels.',
  licence: 'MIT',
  flow: {
    schedule: 'linear',
    target: {
      kind: 'mixture',
      weights: [1, 1],
      means: [
        [-1, 1, 1, -1],
        [1, -1, -1, 1]
      ],
      stds: [0.1, 0.1]
    }
  },
  data: { kind: 'image', shape: [2, 2, 1] },
  preprocessing: { shift: 0.5, scale: 0.5 },
  sampling: { solver: 'rk4', steps: 8 }
}

/** A table with named columns. */
export const table = {
  ...pictures,
  name: 'table',
  flow: blobs,
  data: { kind: 'vector', columns: ['length', 'width'] },
  preprocessing: { shift: [10, 20], scale: [1, 2] }
}

/** An empty folder of its own. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'gaussflow-cli-'))

/** Writes a file, text as it is and other values as JSON, and returns its path. */
export function put(folder: string, name: string, content: unknown): string {
  const path = join(folder, name)
  const raw = typeof content === 'string' || content instanceof Uint8Array
  writeFileSync(path, raw ? content : JSON.stringify(content))
  return path
}
