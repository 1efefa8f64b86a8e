import { expect } from '@jest/globals'
import { shot } from '../src/desk.ts'
import { axeFindings, overflow, rawTexts, settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'
import { pagesOf } from '../src/sections.ts'

const THEMES = ['light', 'dark'] as const

/** A JSON web token, wherever it might lie. */
const TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/

scene('axe finds nothing serious on any page in either theme, the page of sign-in included', async ({ open, api }) => {
  const findings: string[] = []
  const { page } = await open()
  await page.goto('/')
  const look = async (name: string): Promise<void> => {
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      findings.push(...(await axeFindings(page)).map((finding) => `${name}, ${colorScheme}: ${finding}`))
    }
  }
  await page.locator('input[name=login]').waitFor()
  await look('sign-in')
  const desk = await open({ as: 'admin' })
  for (const [name, path] of await pagesOf(api)) {
    await desk.page.goto(path)
    await settled(desk.page)
    for (const colorScheme of THEMES) {
      await desk.page.emulateMedia({ colorScheme })
      findings.push(...(await axeFindings(desk.page)).map((finding) => `${name}, ${colorScheme}: ${finding}`))
    }
  }
  expect(findings).toEqual([])
}, { timeoutMs: 150_000 })

scene('no token comes near a script: not in answers, storage or readable cookies', async ({ open, api }) => {
  const desk = await open({ as: 'admin' })
  for (const [, path] of await pagesOf(api)) {
    await desk.go(path)
    await settled(desk.page)
  }
  const readable = (await desk.page.evaluate(`JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML])`)) as string
  expect(await desk.page.evaluate('document.cookie')).toBe('')
  expect(TOKEN.test(readable)).toBe(false)
  expect((await desk.answers()).filter(({ text, url }) => TOKEN.test(text) || TOKEN.test(url)).map(({ url }) => url)).toEqual([])
  const cookies = await desk.context.cookies()
  expect(cookies.filter(({ httpOnly, sameSite }) => !httpOnly || sameSite === 'None').map(({ name }) => name)).toEqual([])
})

for (const language of ['uk', 'en'] as const)
  for (const width of [1440, 1024, 360])
    scene(`${language}, ${width} px: no page scrolls sideways and every text is in words, in both themes`, async ({ open, api }) => {
      const desk = await open({ as: 'admin', language, width, height: width === 360 ? 740 : 900 })
      const faults: string[] = []
      for (const [name, path] of await pagesOf(api)) {
        await desk.page.goto(path)
        await settled(desk.page)
        for (const colorScheme of THEMES) {
          await desk.page.emulateMedia({ colorScheme })
          await shot(desk, `${name} ${language} ${width} ${colorScheme}`)
        }
        const wide = await overflow(desk.page)
        if (wide > 0) faults.push(`${name} is ${wide} px too wide`)
        faults.push(...(await rawTexts(desk.page)).map((text) => `${name}: ${text}`))
      }
      expect(faults).toEqual([])
      expect(desk.troubles).toEqual([])
    }, { timeoutMs: 120_000 })
