import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Low to high. A folder imports only from lower layers; folders on one line never import each other. */
const LAYERS = {
  src: [
    ['error'],
    ['types'],
    ['schema'],
    ['wasm'],
    ['random', 'schedule', 'io', 'plot'],
    ['solver', 'target', 'network'],
    ['theory'],
    ['platform', 'metric'],
    ['flow'],
    ['train', 'import', 'export'],
    ['exports'],
    ['index', 'index.web', 'index.workerd', 'quantize'],
    ['pool'],
    ['cli']
  ],
  assembly: [
    ['memory', 'math'],
    ['random', 'schedule', 'kernel'],
    ['velocity'],
    ['solver'],
    ['index', 'closedForms', 'networks', 'int8']
  ]
} as const satisfies Record<string, readonly (readonly string[])[]>
type Tree = keyof typeof LAYERS

const LONGEST = 300
const SOURCES = ['assembly', 'src', 'worker', 'scripts', 'bench', 'test'].flatMap(filesIn)
const TITLE = /\b(?:it|test)(?:\.each\([\s\S]*?\))?(?:\.skipIf\([^)]*\))?\(\s*(['"`])((?:(?!\1)[\s\S])*)\1/g

it.each(['src', 'assembly'] as const)('every file of %s imports from lower layers alone', (tree) => {
  expect(filesIn(tree).flatMap((file) => backEdges(tree, file, readFileSync(file, 'utf8')))).toEqual([])
})

it('an import of a higher layer is found', () => {
  expect(backEdges('src', 'src/schedule/linear.ts', "import { openFlow } from '../flow/open.ts'")).toEqual([
    'src/schedule/linear.ts -> src/flow/open.ts'
  ])
})

it('an import of a neighbour on the same layer is found', () => {
  expect(
    backEdges('assembly', 'assembly/random/normal.ts', 'import { dense } from "../kernel/dense";')
  ).toEqual(['assembly/random/normal.ts -> assembly/kernel/dense.ts'])
})

it.each(['src', 'assembly'] as const)('no file of %s imports itself by way of others', (tree) => {
  const files = filesIn(tree)
  const edges = new Map(files.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]))
  expect(files.filter((file) => reaches(edges, file, file))).toEqual([])
})

it('a circle of imports is found', () => {
  const edges = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']]
  ])
  expect([...edges.keys()].filter((file) => reaches(edges, file, file))).toEqual(['b', 'c'])
})

it.each(['src', 'assembly'] as const)('every folder of %s has a layer', (tree) => {
  const known: readonly string[] = LAYERS[tree].flat()
  expect(
    filesIn(tree)
      .map(folderOf)
      .filter((folder) => !known.includes(folder))
  ).toEqual([])
})

it(`no file passes ${LONGEST} lines`, () => {
  const lines = SOURCES.map(
    (file) => [file, readFileSync(file, 'utf8').trimEnd().split('\n').length] as const
  )
  expect(lines.filter(([, length]) => length > LONGEST)).toEqual([])
})

it('files are named for what they hold, not for helping', () => {
  expect(SOURCES.filter((file) => /helper|manager|util/i.test(file))).toEqual([])
})

it('every test title is a claim', () => {
  const titles = SOURCES.filter((file) => file.endsWith('.test.ts')).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(TITLE)].map(([, , title]) => `${file}: ${title}`)
  )
  expect(titles.length).toBeGreaterThan(100)
  expect(titles.filter((title) => /\bshould\b|: test|: works$|: \w+$/i.test(title))).toEqual([])
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
}

/** The folder, or the file itself, directly below the tree: `src/io/npy.ts` and `src/error.ts` are in `io` and `error`. */
function folderOf(path: string): string {
  return path.split('/')[1].replace(/\.ts$/, '')
}

/** The paths of what a file imports; those of the core are written without their ending. */
function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import\(|import)\s*['"](\.[^'"]+)['"]/g)]
    .map(([, path]) => new URL(path, `file:///${file}`).pathname.slice(1))
    .map((path) => (file.startsWith('assembly/') ? `${path}.ts` : path))
}

/** Whether there is a way of imports, at least one, from a file to another. */
function reaches(edges: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>()
  const next = [...(edges.get(from) ?? [])]
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (file === to) return true
    if (seen.has(file)) continue
    seen.add(file)
    next.push(...(edges.get(file) ?? []))
  }
  return false
}

function backEdges(tree: Tree, file: string, text: string): string[] {
  const layers: readonly (readonly string[])[] = LAYERS[tree]
  const rank = (folder: string) => layers.findIndex((layer) => layer.includes(folder))
  return importsOf(file, text)
    .filter((target) => target.startsWith(`${tree}/`) && folderOf(target) !== folderOf(file))
    .filter((target) => rank(folderOf(target)) >= rank(folderOf(file)))
    .map((target) => `${file} -> ${target}`)
}
