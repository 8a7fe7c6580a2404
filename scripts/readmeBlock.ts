import { readFileSync, writeFileSync } from 'node:fs'

const README = new URL('../README.md', import.meta.url)

/** A part of the README that a script writes, between marks of its own, which the formatter leaves as it is. */
export function markedBlock(name: string, content: string): string {
  return `<!-- ${name} -->\n<!-- prettier-ignore-start -->\n\n${content}\n\n<!-- prettier-ignore-end -->\n<!-- /${name} -->`
}

/** Puts such a part in the place of the one that the README has. */
export function putBlock(name: string, block: string): void {
  const text = readFileSync(README, 'utf8')
  const old = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`)
  writeFileSync(
    README,
    text.replace(old, () => block)
  )
}
