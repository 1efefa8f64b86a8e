import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createAdminApi, findUser } from '@vitrylo/keycloak'
import { until } from '@vitrylo/testkit'
import { loadStructure, type Structure } from '../../demo/src/load/structure.ts'
import { startPbxSimulator, type PbxSimulator } from '../../pbx-simulator/index.ts'
import { noEngines, startProduct, type Product } from './product.ts'

const NUMBER = '+380671234567'
const PATIENT = { timeoutMs: 60_000, everyMs: 100 }

if (noEngines !== undefined) test.skip(`the product on Kafka and Keycloak: ${noEngines}`, () => {})
else describe('the product on Kafka and Keycloak', walk)

function walk(): void {
  let product: Product
  let simulator: PbxSimulator
  let structure: Structure
  let client: Record<string, any>
  beforeAll(async () => {
    product = await startProduct()
    structure = await loadStructure(product.api, new Date())
  }, 300_000)
  afterAll(async () => {
    await product?.stop()
    await simulator?.stop()
  }, 60_000)

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
  }, 180_000)

  test('an employee of the directory is a user at Keycloak: made, moved to other groups, renamed, disabled', async () => {
    const { api, issuer } = product
    const [url, realm] = issuer.split('/realms/') as [string, string]
    const admin = createAdminApi(url, { realm: 'master', clientId: 'admin-cli', username: 'admin', password: process.env['KEYCLOAK_ADMIN_PASSWORD']! })
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
  }, 120_000)
}
