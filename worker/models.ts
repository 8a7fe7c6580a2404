import { GaussflowError } from '../src/error.ts'
import type { Flow, SolvingOptions } from '../src/flow/flow.ts'
import type { OpenFlow } from '../src/flow/open.ts'
import type { ImageShape } from '../src/schema/architecture.ts'
import { prepare } from '../src/network/forward.ts'
import { parameters } from '../src/network/parameters.ts'
import type { FlowFile, NetworkTarget } from '../src/schema/flowFile.ts'
import { ManifestSchema, type Manifest } from '../src/schema/manifest.ts'
import { validate } from '../src/schema/validate.ts'
import type { Cost } from '../src/flow/cost.ts'
import { costOf } from '../src/flow/costOf.ts'
import { solvingOf, type Solving } from '../src/flow/solving.ts'
import { checkOpening } from './limit.ts'
import { HttpError } from './problem.ts'

/** Memory of one flow's core. With at most two kept and one of a request's own, an isolate stays below 64 MiB. */
const FLOW_MEMORY = 16 * 2 ** 20
const MOST_KEPT = 2

/** Where the bundled models lie, and how the platform opens one. */
export interface ModelStore {
  /** The names of the model folders. */
  names(): Promise<readonly string[]>
  /** A file below the model folders, such as `digits/model.json`; undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined>
  readonly openFlow: OpenFlow
}

/** A flow that a request runs on. */
export interface OpenModel {
  /** The bundled model's name; null for an inline flow file. */
  readonly name: string | null
  readonly flow: Flow
  readonly cost: Cost
  /** The shape of the data where they are images. */
  readonly image: ImageShape | undefined
  /** What the solver and steps of a request, or the model's own, come to. */
  readonly solving: (options: SolvingOptions) => Solving
}

type ModelField = 'model' | 'other'

export interface Models {
  names(): Promise<readonly string[]>
  /** @throws GaussflowError `unknown_model` */
  manifest(name: string): Promise<Manifest>
  /**
   * Runs `body` on a bundled model, which is opened once and kept, or on a flow file, which is opened for this call. Refusals
   * name the field of the request that the model stands in.
   */
  use<T>(model: string | FlowFile, body: (model: OpenModel) => T | Promise<T>, field?: ModelField): Promise<T>
}

/**
 * The models of a store.
 *
 * Requests share open models, never the promise of one: a request that is cancelled while it opens a model leaves a promise
 * that nobody settles, and whoever waited for it would wait forever.
 */
export function openModels(store: ModelStore): Models {
  const kept = new Map<string, OpenModel>()

  async function useBundled<T>(
    name: string,
    body: (model: OpenModel) => T | Promise<T>,
    field: ModelField
  ): Promise<T> {
    const model = kept.get(name) ?? (await standingIn(field, () => openBundled(store, name)))
    keep(name, model)
    try {
      return await body(model)
    } catch (error) {
      // A flow whose core has failed is not used again.
      if (!(error instanceof GaussflowError || error instanceof HttpError)) kept.delete(name)
      throw error
    }
  }

  /** Makes a model the one used last. The one not used for longest is dropped; what still runs on it keeps it alive. */
  function keep(name: string, model: OpenModel): void {
    kept.delete(name)
    kept.set(name, model)
    for (const other of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(other)
  }

  return {
    names: () => store.names(),
    manifest: (name) => readManifest(store, name),
    use: (model, body, field = 'model') =>
      typeof model === 'string' ? useBundled(model, body, field) : useInline(store, model, body, field)
  }
}

async function readManifest(store: ModelStore, name: string): Promise<Manifest> {
  const names = await store.names()
  if (!names.includes(name)) {
    const known =
      names.length > 0 ? `one of ${names.join(', ')}, or a flow file` : 'a flow file, as no model is bundled'
    const message = `\`model\` must be ${known}, got "${name.slice(0, 100)}"`
    throw new GaussflowError('unknown_model', message, { path: 'model' })
  }
  const bytes = await readFile(store, `${name}/model.json`)
  return blameUs(name, () => validate(ManifestSchema, JSON.parse(new TextDecoder().decode(bytes))))
}

async function openBundled(store: ModelStore, name: string): Promise<OpenModel> {
  const manifest = await readManifest(store, name)
  const { target } = manifest.flow
  let files = {}
  if (target.kind === 'network') {
    await expectRoom(name, target)
    files = { [target.weights]: await readFile(store, `${name}/${target.weights}`) }
  }
  return await blameUs(name, async () =>
    openModel(name, await store.openFlow({ manifest, files }, { memoryLimit: FLOW_MEMORY }))
  )
}

/**
 * Refuses a network whose weights alone would not fit, before they are read.
 *
 * @throws GaussflowError `over_limit`
 */
async function expectRoom(name: string, { architecture, quantization }: NetworkTarget): Promise<void> {
  const count = await blameUs(name, async () => {
    await prepare(architecture)
    return parameters(architecture).reduce(
      (sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1),
      0
    )
  })
  const most = FLOW_MEMORY / (quantization?.format === 'int8' ? 1 : 4)
  if (count <= most) return
  const message = `\`model\` must have at most ${most} weights to be run here, and ${name} has ${count}; weights of 8 bits may be four times as many`
  throw new GaussflowError('over_limit', message, { path: 'model' })
}

/** A bundled model that cannot be used is no fault of the request; one that is too large is one to ask for elsewhere. */
async function blameUs<T>(name: string, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (cause) {
    if (cause instanceof GaussflowError && cause.code === 'over_limit') {
      const message = `\`model\` must fit in the ${FLOW_MEMORY} bytes that a flow has here, and ${name} does not`
      throw new GaussflowError('over_limit', message, { path: 'model', cause })
    }
    throw new Error(`the bundled model ${name} cannot be used`, { cause })
  }
}

async function readFile(store: ModelStore, path: string): Promise<Uint8Array> {
  const bytes = await store.read(path)
  if (bytes === undefined) throw new Error(`the bundled model's file ${path} is missing`)
  return bytes
}

async function useInline<T>(
  { openFlow }: ModelStore,
  file: FlowFile,
  body: (model: OpenModel) => T | Promise<T>,
  field: ModelField
): Promise<T> {
  const flow = await standingIn(field, () => {
    expectClosedForm(file)
    checkOpening(costOf(file))
    return openFlow(file, { memoryLimit: FLOW_MEMORY }).catch(blameModel)
  })
  try {
    return await body(openModel(null, flow))
  } finally {
    flow.close()
  }
}

/** A network's weights have no place in a flow file. */
function expectClosedForm({ target }: FlowFile): void {
  if (target.kind !== 'network') return
  const message =
    '`model.target.kind` must be gaussian, mixture or empirical in a request, got network; name a bundled model instead'
  throw new GaussflowError('unsupported', message, { path: 'model.target.kind' })
}

/** The library names fields from the flow file on; in a request that stands in the field `model`. */
function blameModel(error: unknown): never {
  if (!(error instanceof GaussflowError)) throw error
  const path = error.path === undefined ? 'model' : `model.${error.path}`
  const message =
    error.path === undefined ? error.message : error.message.replace(`\`${error.path}\``, `\`${path}\``)
  throw new GaussflowError(error.code, message, { path, cause: error })
}

/** Refusals of a model call its field `model`; where it stands in another one, they name that. */
async function standingIn<T>(field: ModelField, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    if (field === 'model' || !(error instanceof GaussflowError)) throw error
    const path = error.path?.replace(/^model\b/, field) ?? field
    throw new GaussflowError(error.code, error.message.replace(/`model\b/, `\`${field}`), {
      path,
      cause: error
    })
  }
}

function openModel(name: string | null, flow: Flow): OpenModel {
  const { data, sampling } = flow.manifest ?? {}
  return {
    name,
    flow,
    cost: costOf(flow.flowFile),
    image: data?.kind === 'image' ? data.shape : undefined,
    solving: (options) => solvingOf(options, sampling)
  }
}
