import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { formatCsv } from '../io/csv.ts'
import { encodePng } from '../io/png.ts'
import type { Batch } from '../types.ts'
import { rm } from 'node:fs/promises'
import { UsageError, type Arguments } from './command.ts'
import { writeWhole } from './writeFile.ts'
import type { Meaning } from './model.ts'

const SHOWN = 64 // pictures of a grid

/** What a run shows of itself while it goes, beside its checkpoint. */
export interface TrainingFiles {
  writeCurve(drawing: string): Promise<void>
  /** A grid of pictures, or the rows of a table. */
  writeSamples(step: number, points: Batch): Promise<void>
  removeCurve(): Promise<void>
}

/** The files in a folder, which is made when the first is written. */
export function trainingFiles(folder: string, { image, columns }: Meaning): TrainingFiles {
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    mkdirSync(folder, { recursive: true })
    await writeWhole(join(folder, name), [content])
  }
  return {
    writeCurve: (drawing) => write(CURVE, drawing),
    removeCurve: () => rm(join(folder, CURVE), { force: true }),
    async writeSamples(step, { count, dim, data }) {
      if (image === undefined) {
        const header = columns === undefined ? '' : `${columns.join(',')}\n`
        await write(`samples-${step}.csv`, `${header}${formatCsv({ count, dim, data })}`)
        return
      }
      const shown = Math.min(SHOWN, count)
      const grid = { count: shown, dim, data: data.subarray(0, shown * dim) }
      await write(`samples-${step}.png`, encodePng(grid, image))
    }
  }
}

export const CURVE = 'loss.svg'

/** Refuses, before hours are spent, pictures that no PNG could hold. */
export function checkSamples({ flags }: Arguments, { image }: Meaning): void {
  if (flags.samples === undefined || image === undefined || image[2] === 1 || image[2] === 3) return
  throw new UsageError(
    `\`samples\` must be left out for pictures of other than 1 or 3 channels, got ${image[2]}`
  )
}
