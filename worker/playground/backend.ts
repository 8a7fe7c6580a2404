import type { FlowFile, SolverName, Statement } from '../../src/index.web.ts'

/** Points, row-major, shape (count, dim). */
export interface Points {
  readonly count: number
  readonly dim: number
  readonly data: Float32Array<ArrayBuffer>
}

export interface Solving {
  readonly solver: SolverName
  readonly steps: number
}

/** Which digit to draw, and how strictly; without a label any. */
export interface Wish {
  readonly label?: number
  readonly guidance?: number
}

export interface Drawing extends Solving, Wish {
  readonly count: number
  readonly seed: number
}

/** What a request gives back, and what it cost. */
export interface Outcome extends Points {
  /** Velocity evaluations per row. */
  readonly nfe: number
  /** Milliseconds: of computing in the browser, of waiting for the worker's answer over HTTP. */
  readonly time: number
}

/** A flow to be certified: the page's own model by its name, or any other by its flow file. */
export type Certifiable = 'digits' | FlowFile

/** What every place is asked: bounds at enough times for a smooth curve. */
export const CERTIFYING = { points: 65 } as const

export interface Certified {
  readonly statements: readonly Statement[]
  /** Milliseconds, as of an `Outcome`. */
  readonly time: number
}

/** How to follow a request while it runs. */
export interface Following {
  readonly signal?: AbortSignal
  /** The share that is done, in [0, 1]. */
  readonly onProgress?: (share: number) => void
  /** The noise that samples start from, on the scale of the data, where the place shows it. */
  readonly onNoise?: (rows: Points) => void
  /** Rows as they come in; `first` is the index of the first of them. */
  readonly onRows?: (first: number, rows: Points) => void
}

/** A place where the flow runs. Every place gives the same bytes for the same request. */
export interface Backend {
  sample(drawing: Drawing, following?: Following): Promise<Outcome>
  /** Data to latents. */
  encode(x: Points, solving: Solving, following?: Following): Promise<Outcome>
  /** Latents to data. */
  decode(z: Points, solving: Solving, following?: Following): Promise<Outcome>
  /** What is certain of a flow. */
  certify(model: Certifiable, following?: Following): Promise<Certified>
}

export type Place = 'browser' | 'worker'

/** A request that was refused or that failed: a sentence for the reader, and the field at fault where there is one. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly path: string | undefined

  constructor(message: string, path?: string) {
    super(message)
    this.path = path
  }
}
