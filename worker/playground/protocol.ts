import type { Statement } from '../../src/index.web.ts'
import type { Certifiable, Drawing, Points, Solving, Wish } from './backend.ts'

/** What the page asks of the thread. */
export type Call =
  | { readonly kind: 'sample'; readonly drawing: Drawing }
  | { readonly kind: 'encode' | 'decode'; readonly points: Points; readonly solving: Solving }
  | {
      readonly kind: 'path'
      readonly seed: number
      readonly index: number
      readonly solving: Solving & Wish
      readonly frames: number
    }
  | { readonly kind: 'certify'; readonly model: Certifiable }

export type Question = { readonly id: number; readonly call: Call } | { readonly cancel: number }

/** What the thread says while it runs a call, and at its end. */
export type Answer =
  | { readonly id: number; readonly kind: 'progress'; readonly share: number }
  | { readonly id: number; readonly kind: 'noise'; readonly rows: Points }
  | { readonly id: number; readonly kind: 'rows'; readonly first: number; readonly rows: Points }
  | {
      readonly id: number
      readonly kind: 'done'
      readonly nfe: number
      readonly time: number
    }
  | {
      readonly id: number
      readonly kind: 'certified'
      readonly statements: readonly Statement[]
      readonly time: number
    }
  | {
      readonly id: number
      readonly kind: 'failed'
      readonly message: string
      readonly path: string | undefined
      /** No refusal: a module that failed to load does not load in the same thread again. */
      readonly broken: boolean
    }
  | { readonly kind: 'opened'; readonly sizes: Sizes }

/** Bytes before compression. */
export interface Sizes {
  readonly core: number
  readonly weights: number
}
