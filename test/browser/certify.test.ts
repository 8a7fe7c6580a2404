import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from './chromium.ts'
import { startSite, type Site } from './site.ts'
import { choose, SOON, verdict, visit, type Visit } from './visit.ts'

let site: Site
let browser: Browser

beforeAll(async () => {
  ;[site, browser] = await Promise.all([startSite(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

/** The page with the panel in view and its first certificate there. */
async function panel(): Promise<Visit> {
  const page = await visit(browser, site.url)
  await page.locator('#certify').scrollIntoViewIfNeeded()
  expect(await verdict(page, 'certify')).toMatch(/statements/)
  return page
}

/** What the statements of a name say: kind and value. */
async function said(page: Page, id: string): Promise<string[]> {
  const heads = page.locator(`#statements [data-id=${id}] .statement-head`)
  return await heads.evaluateAll((found) =>
    found.map((head) => [head.firstChild!, head.lastChild!].map((part) => part.textContent).join(' '))
  )
}

/** The whole list, with what each statement rests on. */
async function wholeList(page: Page): Promise<string[]> {
  return await page.locator('#statements > li').allTextContents()
}

test('two clusters at -2 and 2 of width 0.5 are proved to stretch by 1490, and the page has no complaint', async () => {
  const page = await panel()
  expect(await verdict(page, 'certify')).toMatch(
    /^14 statements in .* in the browser: 7 proved, 7 estimated\.$/
  )
  expect(await said(page, 'flow-map-lipschitz')).toEqual(['proved 1490'])
  expect(await said(page, 'velocity-gradient-upper')).toEqual(['proved −1 to 18.16'])
  const resting = page.locator('#statements [data-id=flow-map-lipschitz] details')
  await resting.locator('summary').press('Enter')
  expect(await resting.innerText()).toMatch(
    /checked the target is N\(0, 0.25 I\) \* rho.*\n*source Gao, Huang/
  )
  expect(page.complaints).toEqual([])
  await page.close()
})

test('moving the width moves the constants and the curves, and what was unfolded stays so', async () => {
  const page = await panel()
  await page.locator('#statements [data-id=flow-map-lipschitz] summary').click()
  const curve = () => page.locator('#bounds .plot-line').first().getAttribute('d')
  const before = await curve()
  await page.getByLabel('Width of each').fill('1')
  await expect.poll(() => said(page, 'flow-map-lipschitz'), SOON).toEqual(['proved 7.389'])
  expect(await curve()).not.toBe(before)
  expect(await page.locator('#statements [data-id=flow-map-lipschitz] details').getAttribute('open')).toBe('')
  await page.close()
})

test('the arrow keys move the width', async () => {
  const page = await panel()
  await page.getByLabel('Width of each').press('ArrowRight')
  await expect.poll(() => page.locator('#size-shown').textContent(), SOON).toBe('0.55')
  await expect.poll(() => said(page, 'flow-map-lipschitz'), SOON).not.toEqual(['proved 1490'])
  await page.close()
})

test.each(['Two clusters', 'Data points', 'One Gaussian'])(
  'the browser and the worker give the same statements on %s',
  async (name) => {
    const page = await panel()
    await choose(page, name)
    await expect.poll(() => page.locator('.certify.stale').count(), SOON).toBe(0)
    const inBrowser = await wholeList(page)
    await choose(page, 'Worker · HTTP')
    await expect.poll(() => verdict(page, 'certify'), SOON).toContain('in the worker')
    expect(await wholeList(page)).toEqual(inBrowser)
    expect(inBrowser.length).toBeGreaterThan(10)
    await page.close()
  }
)

test('data points without a bandwidth have no constant, and the page says that nothing is proved there', async () => {
  const page = await panel()
  await choose(page, 'Data points')
  await page.getByLabel('Bandwidth').fill('0')
  await expect.poll(() => said(page, 'flow-map-lipschitz'), SOON).toEqual(['not proved ', 'proved 9.999e+5'])
  await page.close()
})

test('the digits answer within seconds: little is proved, and the samples show more', async () => {
  const page = await panel()
  await choose(page, 'The digits')
  await expect.poll(() => verdict(page, 'certify'), SOON).toMatch(/2 proved, 1 computed, 6 estimated/)
  expect(await page.locator('#bounds figcaption').textContent()).toBe('Norm of the velocity’s gradient')
  expect(await page.locator('#bounds .plot-line').count()).toBe(2)
  await page.close()
})

test('certificates are loaded by who sees the panel, from a file of their own', async () => {
  const page = await visit(browser, site.url)
  const loaded: string[] = []
  page.context().on('request', (request) => loaded.push(new URL(request.url()).pathname))
  await verdict(page, 'sample')
  const theory = () => loaded.filter((path) => /^\/assets\/later-/.test(path))
  expect(theory()).toEqual([])
  await page.locator('#certify').scrollIntoViewIfNeeded()
  await verdict(page, 'certify')
  expect(theory()).toHaveLength(1)
  await page.close()
})

test('a worker that is out of reach is reported, nothing stale is left, and the browser still certifies', async () => {
  const page = await panel()
  await page.route('**/v1/certify', (route) => route.abort())
  await choose(page, 'Worker · HTTP')
  await expect.poll(() => verdict(page, 'certify'), SOON).toContain('The worker cannot be reached')
  expect(await wholeList(page)).toEqual([])
  await choose(page, 'Browser · WebAssembly')
  await expect.poll(() => said(page, 'flow-map-lipschitz'), SOON).toEqual(['proved 1490'])
  await page.close()
})

test('when the theory fails to load once, the panel says so and the next request works', async () => {
  const page = await visit(browser, site.url)
  await page.context().route('**/assets/later-*.js', (route) => route.abort(), { times: 1 })
  await page.locator('#certify').scrollIntoViewIfNeeded()
  expect(await verdict(page, 'certify')).toContain('cannot be loaded')
  await page.getByLabel('Width of each').fill('1')
  await expect.poll(() => said(page, 'flow-map-lipschitz'), SOON).toEqual(['proved 7.389'])
  await page.close()
})

test.each(['light', 'dark'] as const)(
  'the kinds of statements differ in a %s scheme by more than colour',
  async (scheme) => {
    const page = await panel()
    await page.emulateMedia({ colorScheme: scheme })
    const look = (kind: string) =>
      page
        .locator(`#statements .badge.${kind}`)
        .first()
        .evaluate((badge) => `${getComputedStyle(badge).borderTopStyle} ${badge.textContent}`)
    expect(await look('proved')).toBe('solid proved')
    expect(await look('estimated')).toBe('dashed estimated')
    await page.close()
  }
)
