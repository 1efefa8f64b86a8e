import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createAdminApi, findUser, setPassword } from '@vitrylo/keycloak'
import { until } from '@vitrylo/testkit'
import { chromium, type Page } from 'playwright-core'
import { loadStructure, type Structure } from '../../demo/src/load/structure.ts'
import { findChromium } from '../../e2e/src/chromium.ts'
import { startPbxSimulator, type PbxSimulator } from '../../pbx-simulator/index.ts'
import { noEngines, startProduct, type Product } from './product.ts'

const NUMBER = '+380671234567'
const executablePath = findChromium(process.env)
const PATIENT = { timeoutMs: 60_000, everyMs: 100 }

if (noEngines !== undefined) test.skip(`the product on Kafka and Keycloak: ${noEngines}`, () => {})
else describe('the product on Kafka and Keycloak', walk)

function walk(): void {
  let product: Product
  let simulator: PbxSimulator
  let structure: Structure
  let client: Record<string, any>
  beforeAll(async () => {
    product = await startProduct({ web: executablePath !== undefined })
    structure = await loadStructure(product.api, new Date())
  }, 300_000)
  afterAll(async () => {
    await product?.stop()
    await simulator?.stop()
  })

  const keycloak = () => {
    const [url, realm] = product.issuer.split('/realms/') as [string, string]
    const password = process.env['KEYCLOAK_ADMIN_PASSWORD']!
    return { realm, admin: createAdminApi(url, { realm: 'master', clientId: 'admin-cli', username: 'admin', password }) }
  }

  test('a call of a client becomes a request, the request an opportunity, and the timeline tells all of it', async () => {
    const { api } = product
    const branchId = structure.branches.kyiv
    const [agent, seller] = [structure.employees['iryna'], structure.employees['nadia']]
    client = await api.post('counterparties', {
      kind: 'organisation', displayName: 'Млин-Сервіс', roles: ['client'], branchId, responsibleId: seller,
      channels: [{ kind: 'phone', value: NUMBER, primary: true }],
    })
    simulator = await startPbxSimulator({ port: 0, host: '127.0.0.1', username: 'system', secret: 'system-secret' })
    const pbx = await api.post('pbxes', {
      name: 'АТС', kind: 'asterisk-ami', host: '127.0.0.1', port: simulator.port, username: 'system', secret: 'system-secret', country: 'UA',
      branchId, trunks: ['trunk'], extensions: [{ extension: '1001', employeeId: agent }], extensionPattern: String.raw`^1\d{3}$`,
    })
    await until(async () => (await api.get(`pbxes/${pbx['id']}`))['link'].state === 'up', PATIENT)
    await simulator.play({ callerNumber: NUMBER, extension: '1001', line: '5550101', ringSeconds: 0.3, talkSeconds: 0.3 }).done

    const ofClient = encodeURIComponent(`counterpartyId="${client['id']}"`)
    const request = await until(async () => (await api.get(`requests?filter=${ofClient}`))['requests'][0], PATIENT)
    expect(request).toMatchObject({ counterpartyName: 'Млин-Сервіс', branchId })
    const sold = { title: 'Ремонт млина', counterpartyId: client['id'], ownerId: seller, branchId, requestId: request.id }
    const opportunity = await api.post('opportunities', sold)
    expect(opportunity).toMatchObject({ state: 'open', requestId: request.id })
    await until(async () => {
      const { entries } = await api.get(`counterparties/${client['id']}/timeline`)
      const kinds = entries.map(({ kind }: { kind: string }) => kind) as string[]
      return ['call', 'request', 'opportunity'].every((kind) => kinds.some((each) => each.startsWith(kind)))
    }, PATIENT)
  })

  test('an employee of the directory is a user at Keycloak: made, moved to other groups, renamed, disabled', async () => {
    const { api } = product
    const { admin, realm } = keycloak()
    const id = structure.employees['oksana']!
    const user = await until(() => findUser(admin, realm, 'oksana'), PATIENT)
    expect(user).toMatchObject({ firstName: 'Оксана', lastName: 'Дорошенко', email: 'oksana@vitrylo.example', enabled: true })
    const groups = async () => (await admin.find<{ name: string }[]>('test', `/${realm}/users/${user['id']}/groups`))!.map(({ name }) => name).sort()
    expect(await groups()).toEqual(['telephonists'])
    await admin.create('test', `/${realm}/groups`, { name: 'choir' })
    const [choir] = (await admin.find<{ id: string }[]>('test', `/${realm}/groups?search=choir`))!
    await admin.update('test', `/${realm}/users/${user['id']}/groups/${choir!.id}`)

    const began = performance.now()
    await api.patch(`employees/${id}`, { groups: ['secretaries'], username: 'oksana.d', displayName: 'Оксана Мороз' })
    await until(async () => (await groups()).join() === 'choir,secretaries', PATIENT)
    console.log(`a change of an employee is at Keycloak after ${Math.round(performance.now() - began)} ms`)
    expect(await findUser(admin, realm, 'oksana')).toBeUndefined()
    expect(await findUser(admin, realm, 'oksana.d')).toMatchObject({ id: user['id'], lastName: 'Мороз' })

    await api.patch(`employees/${id}`, { disabled: true })
    await until(async () => (await findUser(admin, realm, 'oksana.d'))!['enabled'] === false, PATIENT)
  })

  const title = 'the menu of one\'s name leads to another password at Keycloak and back: given up and done'
  if (executablePath === undefined) test.skip(`${title}: no chromium here (PATH, VITRYLO_CHROMIUM)`, () => {})
  else test(title, async () => {
    const { admin, realm } = keycloak()
    const [present, next] = ['вітер-у-вітрилах-7', 'сьомий лелека несе ключі']
    const user = await until(() => findUser(admin, realm, 'iryna'), PATIENT)
    await setPassword(admin, realm, user['id'], present)
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] })
    const signedIn = async (password: string): Promise<Page> => {
      const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
      await page.goto(product.origin)
      await page.locator('input[name=username]').fill('iryna')
      await page.locator('input[name=password]').fill(password)
      await page.keyboard.press('Enter')
      return page
    }
    const statusIn = async (page: Page): Promise<number> => (await page.request.get(`${product.origin}/api/v1/me`)).status()
    const fromMenu = async (page: Page): Promise<void> => {
      const link = page.locator('a[href^="/auth/login?action=password"]')
      if (!(await link.isVisible())) await page.locator('.user-btn').click()
      await link.click()
      await page.locator('input[name=password-new]').waitFor()
    }
    try {
      const [here, elsewhere] = [await signedIn(present), await signedIn(present)]
      await elsewhere.locator('#main').waitFor()
      await here.goto(`${product.origin}/requests`)
      await here.locator('.user-btn').click()
      await here.getByRole('menuitem', { name: 'Українська' }).click()
      await fromMenu(here)
      // The words are in the language of the client, not in that of the browser.
      expect(await here.locator('html').getAttribute('lang')).toBe('uk')
      await here.locator('[name=cancel-aia]').click()
      await here.waitForURL(`${product.origin}/requests`)
      expect([await statusIn(here), await statusIn(elsewhere)]).toEqual([200, 200])

      await fromMenu(here)
      await here.locator('input[name=password-new]').fill(next)
      await here.locator('input[name=password-confirm]').fill(next)
      // Keycloak lets the other sessions live on unless one asks for their end. Seen failing with the box as it comes.
      await here.locator('input[name=logout-sessions]').check()
      await here.locator('input[name=password-confirm]').press('Enter')
      await here.waitForURL(`${product.origin}/requests`)
      expect(await statusIn(here)).toBe(200)
      await until(async () => (await statusIn(elsewhere)) === 401, PATIENT)

      const late = await signedIn(present)
      await late.waitForURL(/login-actions\/authenticate/)
      expect(await statusIn(late)).toBe(401)
      await (await signedIn(next)).locator('#main').waitFor()
    } finally {
      await browser.close()
    }
  })
}
