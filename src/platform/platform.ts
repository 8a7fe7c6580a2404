/** A model where it was found: the text of its manifest or flow file, and the files beside it. */
export interface ModelLocation {
  readonly json: string
  /** The bytes of a file beside the manifest. */
  readonly read: (file: string) => Promise<Uint8Array>
}

/**
 * The builds of the core. `plain` rounds every product and every sum, and gives the same bits on every machine; `relaxed`
 * leaves that to the machine, which is faster and not the same everywhere; `scalar` gives the bits of `plain` without SIMD.
 */
export const KERNELS = ['plain', 'relaxed', 'scalar'] as const
export type Kernel = (typeof KERNELS)[number]

/** What a flow needs of the core. Closed forms and networks with 8-bit weights have the bits of `plain` with `relaxed` too. */
export type Part = 'closedForm' | 'network' | 'int8'

/** The files they come in: one for each part, `relaxed` for networks, and all parts in one for machines that lack what others use. */
export type Build = Part | 'relaxed' | 'whole' | 'scalar'

export interface CompiledCore {
  readonly module: WebAssembly.Module
  readonly kernel: Kernel
}

/** What a platform must offer the library; nothing else of it is used. */
export interface Platform {
  /**
   * The compiled core, each build made once: `scalar` in place of `plain` on a machine without SIMD, or whose SIMD is wrong.
   * Throws GaussflowError `unsupported` for one that it cannot run.
   */
  readonly core: (kernel: Kernel, part: Part) => Promise<CompiledCore>
  /** Finds a model by name, path or URL; throws GaussflowError `unknown_model`. */
  readonly locate: (source: string) => Promise<ModelLocation>
}
