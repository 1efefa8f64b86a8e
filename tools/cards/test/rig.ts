import { contacts } from '@vitrylo/contacts'
import { directory } from '@vitrylo/directory'
import { exec, sql } from '@vitrylo/pg'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { CounterpartyServiceService as Counterparties, CreateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { people, peopleTheWorld, startTestService, until, type PersonName } from '@vitrylo/testkit'
import { hashOf } from '../../../gateway/src/app-passwords/app-password-service.ts'
import { startRig } from '../../../gateway/test/rig.ts'

export type CardRig = Awaited<ReturnType<typeof startCardRig>>

/** A gateway with the two services that address books are made of; everybody has the app password `<name>-password`. */
export async function startCardRig() {
  const port = await freePort()
  const keys = { VITRYLO_GATEWAY_KEYS_URL: `http://127.0.0.1:${port}/auth/keys` }
  const [book, firm] = await Promise.all([startTestService(contacts, keys), startTestService(directory, keys)])
  const nowhere = '127.0.0.1:1'
  const rig = await startRig({
    services: { contacts: book.address, directory: firm.address, sales: nowhere, 'service-desk': nowhere, telephony: nowhere },
    env: { VITRYLO_PORT: String(port), VITRYLO_RATE_GUESSES: '6' },
  })
  await peopleTheWorld(rig.pool)
  for (const [username, { id }] of Object.entries(people)) {
    await exec(rig.pool, sql`insert into app_password (employee_id, subject, username, name, hash, created_at) values (${id}, ${`subject-of-${username}`}, ${username}, 'test', ${hashOf(`${username}-password`)}, now())`)
  }
  const admin = { authorization: `Bearer ${await rig.issuer.token('admin')}` }
  await until(async () => (await rig.call('GET', '/api/v1/sessions', undefined, admin)).status === 200)

  async function dav(who: PersonName, method: string, path: string, headers: Record<string, string> = {}, body?: string) {
    const authorization = `Basic ${Buffer.from(`${who}:${who}-password`).toString('base64')}`
    const answer = await fetch(rig.origin + path, { method, redirect: 'manual', headers: { authorization, ...headers }, ...(body !== undefined && { body }) })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  return {
    rig, book, firm, dav,
    home: (who: PersonName) => `/carddav/books/${people[who].id}`,
    party: (more: object, as: PersonName = 'admin') => book.call(Counterparties.createCounterparty, CreateCounterpartyRequest.fromPartial({ counterparty: { kind: 'COUNTERPARTY_KIND_PERSON', responsibleId: people.nadia.id, ...more } as object }), { as }),
    async stop() {
      await rig.stop()
      await Promise.all([book.stop(), firm.stop()])
    },
  }
}
