import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import { shot } from '../src/desk.ts'
import { axeFindings, misfits, overflow, rawTexts, settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'
import { pagesOf } from '../src/sections.ts'

const THEMES = ['light', 'dark'] as const

/** A JSON web token, wherever it might lie. */
const TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/

const look = async (page: Page, name: string): Promise<string[]> => {
  const findings: string[] = []
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme })
    findings.push(...(await axeFindings(page, colorScheme)).map((finding) => `${name}, ${colorScheme}: ${finding}`))
  }
  return findings
}

scene('axe finds nothing serious on the page of sign-in in either theme', async ({ open }) => {
  const { page } = await open()
  await page.goto('/')
  await page.locator('input[name=login]').waitFor()
  expect(await look(page, 'sign-in')).toEqual([])
})

scene('axe finds nothing serious on any page in either theme, and no token comes near a script', async ({ open, api }) => {
  const findings: string[] = []
  const desk = await open({ as: 'admin' })
  for (const [name, path] of await pagesOf(api)) {
    await desk.page.goto(path)
    await settled(desk.page)
    findings.push(...(await look(desk.page, name)))
  }
  const readable = await desk.page.evaluate(`JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML])`)
  const answers = await desk.answers()
  const cookies = await desk.context.cookies()
  expect(await desk.page.evaluate('document.cookie')).toBe('')
  expect(cookies.filter(({ httpOnly, sameSite }) => !httpOnly || sameSite === 'None').map(({ name }) => name)).toEqual([])
  expect(readable).not.toMatch(TOKEN)
  expect(answers.length).toBeGreaterThan(100)
  expect(answers.filter(({ text, url }) => TOKEN.test(text) || TOKEN.test(url)).map(({ url }) => url)).toEqual([])
  expect(findings).toEqual([])
}, { timeoutMs: 400_000 })

for (const language of ['uk', 'en'] as const)
  scene(`${language}: every page fits a screen of 1440, 1024 and 360 px and says all of it in words, in both themes`, async ({ open, api }) => {
    const desk = await open({ as: 'admin', language })
    const faults: string[] = []
    for (const [name, path] of await pagesOf(api)) {
      await desk.page.setViewportSize({ width: 1440, height: 900 })
      await desk.page.goto(path)
      for (const width of [1440, 1024, 360]) {
        await desk.page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
        await settled(desk.page)
        for (const colorScheme of THEMES) {
          await desk.page.emulateMedia({ colorScheme })
          await shot(desk, `${name} ${language} ${width} ${colorScheme}`)
        }
        const wide = await overflow(desk.page)
        const found = [...(wide > 0 ? [`${wide} px too wide`] : []), ...(await misfits(desk.page)), ...(await rawTexts(desk.page))]
        faults.push(...found.map((fault) => `${name} at ${width}: ${fault}`))
      }
    }
    expect(faults).toEqual([])
    expect(desk.troubles).toEqual([])
  }, { timeoutMs: 240_000 })
