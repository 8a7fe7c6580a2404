import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { newCore8 } from './core.ts'

const core = await newCore8('int8.plain')
const readme = readFileSync(new URL('../../assembly/README.md', import.meta.url), 'utf8')

it.each(Object.keys(core).filter((name) => name !== 'memory' && !name.startsWith('__')))(
  'the core says in its README what %s is',
  (name) => {
    expect(readme).toContain(`\`${name}(`)
  }
)
