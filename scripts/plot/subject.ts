import { subjectOf, type Subject } from '../../src/flow/certificate/subject.ts'
import { newEngine } from '../../src/flow/engine.ts'
import { readModel } from '../../src/flow/source.ts'
import { nodePlatform } from '../../src/platform/node.ts'
import type { FlowFile } from '../../src/schema/flowFile.ts'

const MEMORY = 268435456

/** A flow as certificates see it, whose schedule and elementary functions are the core's: a plot has the same bytes everywhere. */
export async function openSubject(flowFile: FlowFile): Promise<Subject> {
  const model = await readModel(nodePlatform, flowFile)
  return subjectOf(
    await newEngine(await nodePlatform.core('plain', 'closedForm'), model, MEMORY),
    model.flowFile
  )
}

/** Clusters on a line. */
export function clusters(means: readonly number[], stds: readonly number[]): FlowFile['target'] {
  return {
    kind: 'mixture',
    weights: means.map(() => 1),
    means: means.map((mean) => [mean]),
    stds: [...stds]
  }
}

/** Told apart by those who do not see red or green (Okabe & Ito). */
export const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00'] as const
