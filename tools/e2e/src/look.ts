import { shot, type Desk } from './desk.ts'
import { axeFindings, misfits, overflow, rawTexts } from './looks.ts'

/** The page as it stands, at the sizes and in the themes that people have. */
export async function look(desk: Desk, name: string): Promise<string[]> {
  const { page } = desk
  const faults: string[] = []
  for (const [width, height, colorScheme] of [[1440, 900, 'light'], [360, 740, 'dark']] as const) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    await shot(desk, `${name} ${width} ${colorScheme}`)
    faults.push(...(await axeFindings(page, colorScheme)), ...(await misfits(page)), ...(await rawTexts(page)), ...((await overflow(page)) > 0 ? ['scrolls sideways'] : []))
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  return faults.map((fault) => `${name}: ${fault}`)
}
