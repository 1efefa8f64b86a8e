import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page, type Request } from 'playwright-core'
import { env, passwordOf } from './env.ts'
import { ZONE } from './data.ts'
import { WATCH } from './watch.ts'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

export type DeskOptions = { as?: string; language?: 'uk' | 'en'; width?: number; height?: number; theme?: 'light' | 'dark' }
export type Answer = { url: string; status: number; text: string }

/** A person at a screen: a browser profile of their own, with everything that the server told it. */
export type Desk = {
  page: Page
  context: BrowserContext
  /** Bodies of all answers so far. */
  answers(): Promise<Answer[]>
  /** Live events as they came over the wire. */
  events: { name: string; data: string }[]
  dialogs: string[]
  /** Breaches of the content security policy and uncaught errors. */
  troubles: string[]
  go(path: string): Promise<void>
  close(): Promise<void>
}

let browser: Promise<Browser> | undefined

export async function openDesk({ as, language = 'uk', width = 1440, height = 900, theme = 'light' }: DeskOptions = {}): Promise<Desk> {
  browser ??= chromium.launch({ executablePath: env.chromium!, args: FLAGS })
  const context = await (await browser).newContext({
    baseURL: env.url,
    locale: language === 'uk' ? 'uk-UA' : 'en-GB',
    timezoneId: ZONE,
    viewport: { width, height },
    colorScheme: theme,
    acceptDownloads: true,
  })
  context.setDefaultTimeout(30_000)
  await context.addInitScript(WATCH)
  const page = await context.newPage()
  const desk: Desk = { page, context, ...(await record(context, page)), go: (path) => visit(page, path), close: () => context.close() }
  if (as !== undefined) await signIn(page, as)
  return desk
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
}

/** Signs in on the page that the product shows to a stranger. */
export async function signIn(page: Page, username: string, password = passwordOf(username)): Promise<void> {
  await page.goto('/')
  await fillSignIn(page, username, password)
  await page.locator('#main').waitFor()
}

export async function fillSignIn(page: Page, username: string, password: string): Promise<void> {
  await page.locator('input[name=login]').fill(username)
  await page.locator('input[name=password]').fill(password)
  await page.locator('button[type=submit]').click()
}

/** Waits for the passing message of a thing done. It stands in the live region for screen readers as well. */
export const toast = (page: Page, text: string): Promise<void> => page.locator('.mantine-Notification-root', { hasText: text }).last().waitFor()

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('#main').waitFor()
}

async function record(context: BrowserContext, page: Page) {
  const bodies: Promise<Answer>[] = []
  const [events, dialogs, troubles]: [Desk['events'], string[], string[]] = [[], [], []]
  // Only what came to its end: the body of an answer that was left half-way is never given out.
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'eventsource') bodies.push(answerOf(request))
  })
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => void troubles.push(String(error)))
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) troubles.push(message.text())
  })
  const wire = await context.newCDPSession(page)
  wire.on('Network.eventSourceMessageReceived', ({ eventName, data }) => void events.push({ name: eventName, data }))
  await wire.send('Network.enable')
  return { answers: () => Promise.all(bodies), events, dialogs, troubles }
}

async function answerOf(request: Request): Promise<Answer> {
  // A page that is closed meanwhile answers no more.
  const response = await request.response().catch(() => null)
  const text = await response?.text().catch(() => '')
  return { url: request.url(), status: response?.status() ?? 0, text: text ?? '' }
}

/** A picture for human eyes, only when VITRYLO_SHOTS names a folder. */
export async function shot({ page }: Desk, name: string): Promise<void> {
  if (env.shots === undefined) return
  mkdirSync(env.shots, { recursive: true })
  await page.screenshot({ path: join(env.shots, `${name}.png`), animations: 'disabled' })
}
