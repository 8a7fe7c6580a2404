import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from './chromium.ts'
import { startSite, type Site } from './site.ts'
import { SOON, verdict, visit, type Visit } from './visit.ts'

let site: Site
let browser: Browser

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

/** The page with every part in use. */
async function whole(width: number): Promise<Visit> {
  const page = await visit(browser, site.url, { width, height: 780 })
  for (const part of ['sample', 'reconstruct', 'interpolate', 'certify'] as const) {
    await page.locator(`#${part}`).scrollIntoViewIfNeeded()
    await verdict(page, part)
  }
  return page
}

test.each([360, 390, 768, 840, 1280])(
  'nothing makes the page scroll sideways at %i pixels',
  async (width) => {
    const page = await whole(width)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.close()
  }
)

test('what comes in moves nothing that is already there', async () => {
  const page = await visit(browser, site.url, { width: 390, height: 3600 })
  for (const part of ['sample', 'reconstruct', 'interpolate'] as const) await verdict(page, part)
  const shifted = await page.evaluate(async () => {
    let sum = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
    await new Promise((resolve) => setTimeout(resolve, 200))
    return sum
  })
  expect(shifted).toBeLessThan(0.02)
  await page.close()
})

test('every control has a name for those who do not see it', async () => {
  const page = await whole(1280)
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const controls = nodes.filter(({ role }) =>
    /^(button|radio|slider|textbox|link|radiogroup)$/.test(String(role?.value))
  )
  expect(controls.length).toBeGreaterThan(100)
  expect(controls.filter(({ name }) => String(name?.value ?? '').trim() === '')).toEqual([])
  await page.close()
})

test('arrow keys pick the next digit of a strip', async () => {
  const page = await whole(1280)
  await page.getByRole('radio', { name: 'Test digit 1, a 0', exact: true }).focus()
  await page.keyboard.press('ArrowRight')
  expect(await page.getByRole('radio', { name: 'Test digit 2, a 0', exact: true }).isChecked()).toBe(true)
  await page.close()
})

test('digits change their ink with the colour scheme', async () => {
  const page = await whole(1280)
  const ink = () =>
    page.evaluate(() => {
      const { data } = document
        .querySelector<HTMLCanvasElement>('#original')!
        .getContext('2d')!
        .getImageData(0, 0, 28, 28)
      const full = Array.from({ length: 28 * 28 }, (_, i) => 4 * i).find((i) => data[i + 3] === 255)!
      return data[full]
    })
  expect(await ink()).toBeLessThan(50)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(ink, SOON).toBeGreaterThan(200)
  await page.close()
})
