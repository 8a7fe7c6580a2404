import type { Browser, Page } from 'playwright-core'

export interface Visit extends Page {
  /** What the page complained of: errors, warnings, failed requests. */
  readonly complaints: string[]
}

interface VisitOptions {
  readonly width?: number
  readonly height?: number
  /** The part of the URL after #. Few steps and digits, so that a test is quick. */
  readonly hash?: string
  /** Collect what the page's thread says in a global `answers`. */
  readonly overhear?: boolean
}

const QUICK = 'seed=7&count=16&steps=4&solver=euler'

/** Opens the page in a tab of its own. */
export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const { width = 1280, height = 900, hash = QUICK, overhear = false } = options
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' })
  if (overhear) await page.addInitScript(collectAnswers)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`))
  await page.goto(`${url}/#${hash}`)
  return Object.assign(page, { complaints })
}

/** Runs in the page, before its own scripts. */
function collectAnswers(): void {
  const answers: unknown[] = []
  const Silent = Worker
  Object.assign(globalThis, {
    answers,
    Worker: class extends Silent {
      constructor(...parameters: ConstructorParameters<typeof Worker>) {
        super(...parameters)
        this.addEventListener('message', ({ data }) => answers.push(data))
      }
    }
  })
}

/** Chooses a radio button by its name. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name, exact: true }).check()
}

/** Where each part of the page is busy and says what came of it. */
const PLACES = {
  sample: '#sample .result',
  reconstruct: '#reconstruct',
  interpolate: '#interpolate',
  certify: '#certify'
}

/** Waits until a part is done, and gives back the sentence that it ended with: a status or an alert. */
export async function verdict(page: Page, part: keyof typeof PLACES): Promise<string> {
  const word = page.locator(`${PLACES[part]}:not([aria-busy]) .word`).filter({ hasText: /\S/ })
  await word.waitFor({ timeout: 60_000 })
  return ((await word.textContent()) ?? '').trim().replaceAll(/\s+/g, ' ')
}

/** How long a test waits for what must come about: the machine may be busy. */
export const SOON = { timeout: 60_000 }

/** The full fingerprint in the ledger's line of a place, once it is there. */
export async function fingerprintIn(page: Page, place: 'browser' | 'worker'): Promise<string> {
  const title = await page.locator(`[data-place=${place}] code`).getAttribute('title', { timeout: 60_000 })
  return title ?? ''
}

/** The ink of each pixel in [0, 1] of a digit's canvas. */
export async function inkOf(page: Page, selector: string): Promise<number[]> {
  return await page.locator(selector).evaluate((canvas) => {
    const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 28, 28)
    return Array.from({ length: 28 * 28 }, (_, i) => data[4 * i + 3] / 255)
  })
}
