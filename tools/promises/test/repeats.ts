// D4. A write that is sent again has one effect and one answer: at the same time, after a cut before the answer, after a restart.
import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { exec, many, sql, type Pool } from '@vitrylo/pg'
import { loadContract } from '@vitrylo/proto/contract.ts'
import type { Firm } from './firm.ts'
import { addressOf, type Route } from './routes.ts'
import { leastBody } from './samples.ts'
import type { Stage } from './stage.ts'

const AREAS = ['directory', 'contacts', 'sales', 'servicedesk', 'telephony']
const AS = 'ada'

export function repeats(on: () => Stage): void {
  describe('a write that is sent again', () => {
    const places = new Set<Place>()
    const sent: { verb: string; path: string; body: unknown; key: string; text: string }[] = []

    // Seen failing with the answer of the first not looked up: each repeat had an effect of its own.
    test('at once, or after the connection was cut before the answer, has one effect and the same answer to the byte', async () => {
      const { firm, contract } = on()
      const cut = await cutBeforeAnswer(firm)
      const wrong: string[] = []
      let [n, single] = [0, 0]
      for (const route of contract.creates) {
        if (route.collection === 'duplicate-searches') continue // one at a time whatever the key
        const place = await placeOf(firm, route, (await firm.ask(route.verb, route.path, bodyOf(on(), route), { as: AS })).id)
        for (const way of ['at once', 'cut']) {
          const key = `${route.path} ${n++}`
          const body = bodyOf(on(), route)
          const before = await countIn(place)
          if (way === 'cut') await cut.send(route, body, key, await firm.token(AS))
          const answers = await Promise.all([1, 2, 3].map(() => firm.call(route.verb, route.path, body, { as: AS, key })))
          const effects = (await countIn(place)) - before
          if (answers.some(({ status }) => status >= 300) || new Set(answers.map(({ text }) => text)).size > 1) wrong.push(`${route.path} ${way}: ${answers.map(({ status, text }) => `${status} ${text.slice(0, 120)}`).join(' | ')}`)
          // What holds already is not entered twice: a consent.
          const after = await countIn(place)
          await firm.ask(route.verb, route.path, bodyOf(on(), route), { as: AS })
          const one = (await countIn(place)) - after
          if (effects !== one) wrong.push(`${route.path} ${way}: ${effects} records for ${one}`)
          single += one
          sent.push({ verb: route.verb, path: route.path, body, key, text: answers[0]!.text })
          places.add(place)
        }
      }
      await cut.stop()
      expect(wrong).toEqual([])
      expect(sent.length).toBeGreaterThan(30)
      expect(single).toBeGreaterThan(sent.length - 4)
    })

    test('with another body under the key is refused; another user may use the same key; after a day it is free', async () => {
      const { firm } = on()
      const path = '/api/v1/counterparties'
      const body = (displayName: string) => ({ kind: 'organisation', displayName })
      const create = (displayName: string, as: string) => firm.call('POST', path, body(displayName), { as, key: 'one key' })
      const first = await create('Перший', AS)
      expect([(await create('Інший', AS)).status, (await create('Інший', AS)).json.reason]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
      const others = await create('Чужий', 'root')
      expect([others.status, others.json.displayName]).toEqual([200, 'Чужий'])
      await exec(firm.pools.contacts!, sql`update idempotency set created_at = created_at - interval '23 hours 59 minutes' where key = 'one key'`)
      expect((await create('Перший', AS)).text).toBe(first.text)
      await exec(firm.pools.contacts!, sql`update idempotency set created_at = created_at - interval '2 minutes' where key = 'one key'`)
      const later = await create('Інший', AS)
      expect([later.status, later.json.displayName]).toEqual([200, 'Інший'])
    })

    test('after every service was started anew has the same answer still', async () => {
      const { firm } = on()
      for (const area of AREAS) await firm.restart(area)
      const counts = () => Promise.all([...places].map(countIn))
      const before = await counts()
      const wrong: string[] = []
      for (const { verb, path, body, key, text } of sent) {
        const again = await firm.call(verb, path, body, { as: AS, key })
        if (again.text !== text) wrong.push(`${path} ${key}: ${again.status} ${again.text.slice(0, 200)} and not ${text.slice(0, 200)}`)
      }
      expect(wrong).toEqual([])
      expect(await counts()).toEqual(before)
    })
  })
}

const bodyOf = ({ contract, all }: Stage, route: Route) => leastBody(contract, route, all)!

type Place = { pool: Pool; table: string }

/** Where records of a route stand: the table that has one of them, and is called like them. */
async function placeOf({ pools }: Firm, route: Route, id: string): Promise<Place> {
  const area = loadContract().methods.find(({ path, verb }) => path === route.path && verb === 'post')!.rpc.parent.typeName.split('.')[1]!
  const pool = pools[area] ?? pools.gateway!
  const tables = await many<{ table: string }>(pool, sql`select quote_ident(table_name) as table from information_schema.columns where table_schema = 'public' and column_name = 'id' and data_type = 'uuid' and table_name !~ '^(outbox|inbox|rights_|custom_field_copy)'`)
  const having: string[] = []
  for (const { table } of tables) if ((await pool.query(`select 1 from ${table} where id = $1`, [id])).rowCount === 1) having.push(table)
  const table = having.length === 1 ? having[0] : having.find((name) => route.collection.replaceAll('-', '_').startsWith(name.slice(0, -1)))
  if (table === undefined) throw new Error(`${route.path}: ${id} stands in ${having.join(', ')}`)
  return { pool, table }
}

const countIn = async ({ pool, table }: Place): Promise<number> => (await pool.query<{ count: number }>(`select count(*)::int as count from ${table}`)).rows[0]!.count

/** A way to the gateway that is cut as soon as it begins to answer: what was asked for is done by then. */
async function cutBeforeAnswer(firm: Firm) {
  const { port } = new URL(firm.origin)
  const server = createServer((socket) => {
    const onwards = connect(Number(port), '127.0.0.1')
    socket.pipe(onwards)
    onwards.once('data', () => {
      socket.destroy()
      onwards.destroy()
    })
    for (const end of [socket, onwards]) end.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: own } = server.address() as AddressInfo
  return {
    async send(route: Route, body: unknown, key: string, token: string): Promise<void> {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key, connection: 'close' }
      const outcome = await fetch(`http://127.0.0.1:${own}${addressOf(route, '')}`, { method: route.verb, headers, body: JSON.stringify(body) }).then(() => 'answered', () => 'cut')
      expect(outcome).toBe('cut')
    },
    async stop(): Promise<void> {
      server.close()
      await once(server, 'close')
    },
  }
}
