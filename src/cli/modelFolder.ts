import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GaussflowError } from '../error.ts'

/** The models of a folder, as whoever serves them asks for them. */
export interface ModelFolder {
  /** The names of the folders that hold a model. */
  names(): Promise<string[]>
  /** A file by its path below the folder, such as `digits/model.json`; undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined>
}

/** @throws GaussflowError when there is no such folder */
export function modelFolder(folder: string): ModelFolder {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new GaussflowError(
      'invalid_argument',
      `\`models\` must be a folder of model folders, got ${folder}`,
      { path: 'models' }
    )
  const names = (): string[] =>
    readdirSync(folder)
      .filter((name) => statSync(join(folder, name, 'model.json'), { throwIfNoEntry: false })?.isFile())
      .toSorted()
  return {
    names: () => Promise.resolve(names()),
    async read(path) {
      // A name and a file, nothing that climbs out of the folder or shows what is no model's.
      const [name, file, ...rest] = path.split('/')
      const plain = /^[\w-][\w.-]*$/.test(file ?? '') && rest.length === 0
      return plain && names().includes(name)
        ? await readFile(join(folder, name, file)).catch(() => undefined)
        : undefined
    }
  }
}
