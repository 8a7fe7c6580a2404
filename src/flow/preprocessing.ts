import { GaussflowError } from '../error.ts'
import type { Manifest } from '../schema/manifest.ts'

/** The map between the units of the data and those of the flow's states, in f32: data = shift + scale * state. */
export interface Preprocessing {
  toData(states: Float32Array): void
  toStates(data: Float32Array): void
  /** sum_j log scale_j: by how much log-densities of the data lie below those of the states. */
  logScale(math: { readonly log64: (x: number) => number }): number
  /** Of each coordinate; undefined where the units are the same. */
  readonly units: { readonly shift: Float32Array; readonly scale: Float32Array } | undefined
}

/** Both maps work in place on rows of length `dim`. */
export function preprocessingOf(manifest: Manifest | undefined, dim: number): Preprocessing {
  const { preprocessing } = manifest ?? {}
  if (preprocessing === undefined)
    return { toData: () => undefined, toStates: () => undefined, logScale: () => 0, units: undefined }
  const shift = spread('preprocessing.shift', preprocessing.shift, dim)
  const scale = spread('preprocessing.scale', preprocessing.scale, dim)
  expectFloats('preprocessing.shift', preprocessing.shift, 'a finite', Number.isFinite)
  expectFloats('preprocessing.scale', preprocessing.scale, 'a positive', (s) => s > 0 && s < Infinity)
  return {
    toData: (states) => {
      for (let i = 0; i < states.length; i++)
        states[i] = Math.fround(scale[i % dim] * states[i]) + shift[i % dim]
    },
    toStates: (data) => {
      for (let i = 0; i < data.length; i++) data[i] = Math.fround(data[i] - shift[i % dim]) / scale[i % dim]
    },
    logScale: ({ log64 }) => scale.reduce((sum, s) => sum + log64(s), 0),
    units: { shift, scale }
  }
}

/** Refuses a manifest that describes data of another dimension than its flow has. */
export function checkData(manifest: Manifest | undefined, dim: number): void {
  const { data } = manifest ?? {}
  if (data?.kind === 'image') {
    const size = data.shape.reduce((product, length) => product * length, 1)
    if (size !== dim) refuseData('data.shape', `an image of ${dim} numbers`, data.shape.join(' x '))
  } else if (data?.columns !== undefined && data.columns.length !== dim) {
    refuseData('data.columns', `${dim} names`, String(data.columns.length))
  }
}

function refuseData(path: string, want: string, got: string): never {
  const message = `\`${path}\` must be ${want} (the dimension of the flow), got ${got}`
  throw new GaussflowError('invalid_model', message, { path })
}

/** The schema has seen doubles: as f32 a number may be infinite, and a positive one zero. */
function expectFloats(
  path: string,
  value: number | readonly number[],
  want: string,
  holds: (float: number) => boolean
): void {
  const values = typeof value === 'number' ? [value] : value
  const bad = values.findIndex((number) => !holds(Math.fround(number)))
  if (bad < 0) return
  const at = typeof value === 'number' ? path : `${path}[${bad}]`
  const message = `\`${at}\` must be ${want} 32-bit number, got ${values[bad]}`
  throw new GaussflowError('invalid_model', message, { path: at })
}

function spread(path: string, value: number | readonly number[], dim: number): Float32Array {
  if (typeof value === 'number') return new Float32Array(dim).fill(value)
  if (value.length === dim) return Float32Array.from(value)
  throw new GaussflowError(
    'invalid_model',
    `\`${path}\` must be a number or ${dim} numbers (the dimension of the flow), got ${value.length}`,
    { path }
  )
}
