/**
 * Builds the core, the page with its models, and the library: `node scripts/build.ts [--stale] [core] [page] [library]`.
 *
 * With `--stale`, a part whose inputs have the content they had at its last build is left alone.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ASC = 'node_modules/assemblyscript/bin/asc.js'
/** The entries that the targets of asconfig.json have beside assembly/index.ts. */
const TARGETS = {
  closedForm: ['closedForms'],
  network: ['networks'],
  relaxed: ['networks'],
  int8: ['networks', 'int8'],
  worker: ['closedForms', 'networks', 'int8'],
  whole: ['closedForms', 'networks', 'int8']
} as const satisfies Record<string, readonly string[]>
const WHOLE = 'build/core.wasm'
const SCALAR = 'build/core.scalar.wasm'
const MODULES = [
  ...Object.keys(TARGETS).map((target) => (target === 'whole' ? WHOLE : `build/core.${target}.wasm`)),
  SCALAR
]
const CORE = [...MODULES, 'build/core.js', 'build/core.d.ts']

interface Part {
  /** Files and folders that decide the outcome; the lockfile always does too. */
  readonly inputs: readonly string[]
  /** What must exist afterwards. */
  readonly outputs: readonly string[]
  readonly run: () => void
}

/** In the order in which they need each other. */
const PARTS = {
  core: {
    inputs: ['assembly', 'asconfig.json', 'scripts/simd'],
    outputs: CORE,
    run: () => {
      for (const [target, entries] of Object.entries(TARGETS))
        node(ASC, ...entries.map((entry) => `assembly/${entry}.ts`), '--target', target)
      node('scripts/simd/lower.ts', WHOLE, SCALAR)
    }
  },
  page: {
    inputs: ['worker/playground', 'src', 'models', ...CORE],
    outputs: ['dist/page/index.html', 'dist/page/models/index.json'],
    run: () => {
      node(
        'node_modules/vite/bin/vite.js',
        'build',
        'worker/playground',
        '--logLevel',
        'warn',
        '--outDir',
        join(ROOT, 'dist/page'),
        '--emptyOutDir'
      )
      copyModels(join(ROOT, 'models'), join(ROOT, 'dist/page/models'))
    }
  },
  // dist/ is the tree, compiled: whatever lies beside a source lies beside what becomes of it.
  library: {
    inputs: ['src', 'worker', 'models', 'package.json', 'tsconfig.json', 'tsconfig.build.json', ...CORE],
    outputs: ['dist/src/index.js', 'dist/package.json', ...MODULES.map((file) => `dist/${file}`)],
    run: () => {
      for (const folder of ['src', 'worker', 'build', 'models'])
        rmSync(join(ROOT, 'dist', folder), { recursive: true, force: true })
      node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json')
      for (const file of CORE) cpSync(join(ROOT, file), join(ROOT, 'dist', file))
      copyIdentity()
      if (exists('models')) cpSync(join(ROOT, 'models'), join(ROOT, 'dist/models'), { recursive: true })
    }
  }
} as const satisfies Record<string, Part>

export type PartName = keyof typeof PARTS
const NAMES = Object.keys(PARTS) as PartName[]

interface BuildOptions {
  /** Leave alone what is up to date. */
  readonly stale?: boolean
  readonly report?: (line: string) => void
}

/** Builds the named parts in order. @throws when one cannot be built; what it printed is on the standard error. */
export function build(
  names: readonly PartName[],
  { stale = false, report = () => {} }: BuildOptions = {}
): void {
  for (const name of NAMES.filter((name) => names.includes(name))) {
    const part: Part = PARTS[name]
    const stamp = join(ROOT, 'build', `${name}.stamp`)
    const digest = digestOf(part.inputs)
    const fresh = part.outputs.every(exists) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest
    if (stale && fresh) continue
    report(`building the ${name}`)
    part.run()
    mkdirSync(dirname(stamp), { recursive: true })
    writeFileSync(stamp, digest)
  }
}

/** The name and the version, where the compiled command line looks for them. */
function copyIdentity(): void {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  writeFileSync(join(ROOT, 'dist/package.json'), `${JSON.stringify({ name, version, type: 'module' })}\n`)
}

/** Lays the model folders out as static files, with a list of their names that a worker and a page can fetch. */
export function copyModels(from: string, to: string): void {
  const names = existsSync(from)
    ? readdirSync(from).filter((name) => existsSync(join(from, name, 'model.json')))
    : []
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  for (const name of names) cpSync(join(from, name), join(to, name), { recursive: true })
  writeFileSync(join(to, 'index.json'), `${JSON.stringify(names.sort())}\n`)
}

function exists(path: string): boolean {
  return existsSync(join(ROOT, path))
}

/** SHA-256 of the names and contents of everything in `paths`: a clone and a checkout change times, not contents. */
function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of ['package-lock.json', ...paths].flatMap(filesIn)) {
    hash.update(`${file}\0${String(statSync(join(ROOT, file)).size)}\0`)
    hash.update(readFileSync(join(ROOT, file)))
  }
  return hash.digest('hex')
}

function filesIn(path: string): string[] {
  if (!exists(path)) return []
  if (statSync(join(ROOT, path)).isFile()) return [path]
  return readdirSync(join(ROOT, path))
    .sort()
    .flatMap((name) => filesIn(join(path, name)))
}

function node(...args: string[]): void {
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, process.stderr]
  })
  if (status !== 0) throw new Error(`${args[0]} failed`, { cause: error })
}

if (import.meta.main) {
  const [flags, words] = [
    process.argv.slice(2).filter((word) => word.startsWith('--')),
    process.argv.slice(2).filter((word) => !word.startsWith('--'))
  ]
  const unknown = [
    ...flags.filter((flag) => flag !== '--stale'),
    ...words.filter((word) => !NAMES.some((name) => name === word))
  ]
  if (unknown.length > 0) {
    console.error(
      `unknown: ${unknown.join(' ')}; usage: node scripts/build.ts [--stale] [${NAMES.join('] [')}]`
    )
    process.exit(2)
  }
  try {
    build(words.length > 0 ? (words as PartName[]) : NAMES, {
      stale: flags.includes('--stale'),
      report: console.error
    })
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
