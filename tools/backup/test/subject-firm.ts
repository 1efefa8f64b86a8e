import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'
import { rightsMigrations } from '@vitrylo/auth'
import { fromStatus } from '@vitrylo/errors'
import { connectClient, createPool, migrate, type Pool } from '@vitrylo/pg'
import { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { endProcesses, freshDatabase, peopleTheWorld, startProcess, startTestIssuer, type PersonName, type TestIssuer, type TestProcess } from '@vitrylo/testkit'

export const SERVICES = ['contacts', 'sales', 'service-desk', 'telephony', 'directory'] as const
export type Name = (typeof SERVICES)[number]
type Part = { url: string; pool: Pool; process: TestProcess; client: Client }

/** Every service that keeps persons, each a process with a database of its own, on one bus. */
export async function openFirm() {
  const [issuer, busUrl]: [TestIssuer, string] = await Promise.all([startTestIssuer(), freshDatabase('bus')])
  const parts = {} as Record<Name, Part>
  for (const name of SERVICES) {
    const url = await freshDatabase(name.replace('-', '_'))
    await migrate(url, [rightsMigrations])
    parts[name] = { url, pool: createPool({ url, name: 'test', max: 2 }) } as Part
    await peopleTheWorld(parts[name].pool)
  }
  const urls = [...SERVICES.map((name) => parts[name].url), busUrl]

  async function start(name: Name): Promise<void> {
    const process = startProcess(new URL(`../../../services/${name}/src/main.ts`, import.meta.url), {
      VITRYLO_DATABASE_URL: parts[name].url, VITRYLO_BUS_URL: busUrl, VITRYLO_OIDC_ISSUER: issuer.issuer,
      VITRYLO_SECRETS_KEY: 'a key for tests only, of 32 letters', VITRYLO_LOG_LEVEL: 'silent',
    })
    parts[name].client?.close()
    Object.assign(parts[name], { process, client: new Client(String(await process.ready), credentials.createInsecure()) })
  }

  async function kill(name: Name): Promise<void> {
    parts[name].process.signal('SIGKILL')
    await parts[name].process.ended
  }

  async function headers(as: PersonName): Promise<Metadata> {
    const metadata = new Metadata()
    metadata.set('authorization', `Bearer ${await issuer.token(as)}`)
    return metadata
  }

  async function call<In, Out>(name: Name, { path, requestSerialize, responseDeserialize }: MethodDefinition<In, Out>, request: In, as: PersonName = 'admin'): Promise<Out> {
    const metadata = await headers(as)
    return new Promise((resolve, reject) => {
      parts[name].client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, value) => (error === null ? resolve(value!) : reject(fromStatus(error))))
    })
  }

  async function download<In>(name: Name, { path, requestSerialize }: MethodDefinition<In, HttpBody>, request: In, as: PersonName = 'admin'): Promise<Buffer> {
    const chunks: Buffer[] = []
    const stream = parts[name].client.makeServerStreamRequest(path, requestSerialize, HttpBody.decode as never, request, await headers(as))
    try {
      for await (const { data } of stream as AsyncIterable<HttpBody>) chunks.push(Buffer.from(data))
    } catch (error) {
      throw fromStatus(error as never)
    }
    return Buffer.concat(chunks)
  }

  /** Copies of all databases while nothing runs, or the databases anew from their copies. */
  async function copyAll(direction: 'out' | 'back'): Promise<void> {
    await Promise.all(SERVICES.map(kill))
    await Promise.all(SERVICES.map((name) => parts[name].pool.end()))
    const client = await connectClient(Object.assign(new URL(busUrl), { pathname: '/postgres' }).href, 'copy')
    for (const url of urls) {
      const name = new URL(url).pathname.slice(1)
      const [from, to] = direction === 'out' ? [name, `${name}_copy`] : [`${name}_copy`, name]
      await client.query(`drop database if exists "${to}" with (force)`)
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}'`)
      await client.query(`create database "${to}" template "${from}"`)
    }
    await client.end()
    for (const name of SERVICES) parts[name].pool = createPool({ url: parts[name].url, name: 'test', max: 2 })
  }

  async function close(): Promise<void> {
    await endProcesses()
    for (const { client, pool } of Object.values(parts)) {
      client?.close()
      await pool.end()
    }
    await issuer.stop()
  }

  return { urls, busUrl, start, kill, call, download, copyAll, close, pool: (name: Name) => parts[name].pool, startAll: () => Promise.all(SERVICES.map(start)) }
}

export type Firm = Awaited<ReturnType<typeof openFirm>>

/** Every table of every database that holds the text in some column: `contacts.consent`. Bytes are looked through too. */
export async function tablesWith(urls: readonly string[], text: string): Promise<string[]> {
  return (await Promise.all(urls.map((url) => tablesOf(url, text)))).flat()
}

/** One question for all tables: hundreds, each with its answer, would take most of the time of the test. */
async function tablesOf(url: string, text: string): Promise<string[]> {
  const client = await connectClient(url, 'scan')
  try {
    const { rows } = await client.query<{ schema: string; name: string; bytes: string[] }>(`
      select t.schemaname as schema, t.tablename as name, array(select c.column_name::text from information_schema.columns c
        where c.table_schema = t.schemaname and c.table_name = t.tablename and c.data_type = 'bytea') as bytes
      from pg_tables t where t.schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`)
    const looks = rows.map(({ schema, name, bytes }) => {
      const inBytes = bytes.map((column) => ` or position(convert_to($1, 'UTF8') in "${column}") > 0`).join('')
      return `select '${name}' as name where exists (select from "${schema}"."${name}" t where strpos(t::text, $1) > 0${inBytes})`
    })
    const hits = await client.query<{ name: string }>(looks.join(' union all '), [text])
    return hits.rows.map(({ name }) => `${new URL(url).pathname.slice(1).replace(/_[0-9a-f]{8}$/, '')}.${name}`)
  } finally {
    await client.end()
  }
}
