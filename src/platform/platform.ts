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

/** The files they come in: networks with 8-bit weights have builds of their own, with the bits of `plain`. */
export type Build = Kernel | 'int8' | 'int8.plain'

export interface CompiledCore {
  readonly module: WebAssembly.Module
  readonly kernel: Kernel
}

/** What a platform must offer the library; nothing else of it is used. */
export interface Platform {
  /**
   * The compiled core, each build made once: `scalar` in place of `plain` on a machine without SIMD, or whose SIMD is wrong.
   * Throws GaussflowError `unsupported` for one that it cannot run.
   *
   * @param int8 whether for a network with 8-bit weights, which `plain` and `relaxed` run with the same bits
   */
  readonly core: (kernel: Kernel, int8?: boolean) => Promise<CompiledCore>
  /** Finds a model by name, path or URL; throws GaussflowError `unknown_model`. */
  readonly locate: (source: string) => Promise<ModelLocation>
}
