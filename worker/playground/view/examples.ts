import type { Drawing } from '../backend.ts'

interface Example {
  readonly title: string
  readonly code: (drawing: Drawing) => string
}

const EXAMPLES: readonly Example[] = [
  {
    title: 'Any shell, over HTTP',
    code: (drawing) =>
      `curl -X POST ${location.origin}/v1/sample -H 'accept: image/png' \\\n` +
      `  --json '${JSON.stringify({ model: 'digits', ...drawing })}' -o digits.png`
  },
  {
    title: 'Your own JavaScript',
    code: (drawing) =>
      `import { openFlow } from 'gaussflow'\n\nconst flow = await openFlow('digits')\n` +
      `const { data } = flow.sample({ ${fields(drawing, ': ', ', ', "'")} })`
  },
  {
    title: 'The command line',
    code: (drawing) =>
      `npx gaussflow sample digits \\\n  --${fields(drawing, ' ', ' --', '')} \\\n  --out digits.png`
  }
]

/** `name: value, name: value`, or the like. */
function fields(drawing: Drawing, between: string, after: string, quote: string): string {
  return Object.entries(drawing)
    .map(([name, value]) => `${name}${between}${typeof value === 'string' ? quote + value + quote : value}`)
    .join(after)
}

/** Commands that draw the grid of the page, each with a button that copies it. */
export function examplesView(place: HTMLElement): { show(drawing: Drawing): void } {
  const codes = EXAMPLES.map(({ title }) => {
    const heading = Object.assign(document.createElement('h3'), { textContent: title })
    const copy = Object.assign(document.createElement('button'), {
      type: 'button',
      className: 'button copy',
      textContent: 'Copy'
    })
    const code = document.createElement('code')
    const frame = Object.assign(document.createElement('pre'), { tabIndex: 0 })
    copy.setAttribute('aria-label', `Copy: ${title}`)
    frame.append(code)
    const example = Object.assign(document.createElement('div'), { className: 'example' })
    example.append(heading, copy, frame)
    place.append(example)
    copy.addEventListener('click', () => void copied(copy, code))
    return code
  })
  return {
    // Text that a link put into the seed field must not end up in somebody's shell.
    show(drawing) {
      if (!Number.isSafeInteger(drawing.seed)) return
      EXAMPLES.forEach(({ code }, i) => (codes[i].textContent = code(drawing)))
    }
  }
}

/** Where the clipboard is out of reach, the text is selected instead. */
async function copied(button: HTMLButtonElement, code: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(code.textContent)
    button.textContent = 'Copied'
  } catch {
    getSelection()?.selectAllChildren(code)
    button.textContent = 'Selected'
  }
  setTimeout(() => (button.textContent = 'Copy'), 1600)
}
