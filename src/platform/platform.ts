/** A model where it was found: the text of its manifest or flow file, and the files beside it. */
export interface ModelLocation {
  readonly json: string
  /** The bytes of a file beside the manifest. */
  readonly read: (file: string) => Promise<Uint8Array>
}

/** What a platform must offer the library; nothing else of it is used. */
export interface Platform {
  /** The compiled core, made once. */
  readonly core: () => Promise<WebAssembly.Module>
  /** Finds a model by name, path or URL; throws GaussflowError `unknown_model`. */
  readonly locate: (source: string) => Promise<ModelLocation>
}
