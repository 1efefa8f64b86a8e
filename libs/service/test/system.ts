import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'
import { rightsMigrations } from '@vitrylo/auth'
import { fromStatus } from '@vitrylo/errors'
import { createPool, migrate, type Pool } from '@vitrylo/pg'
import { endProcesses, freshDatabase, peopleTheWorld, startProcess, startTestIssuer, type TestProcess } from '@vitrylo/testkit'

export type Part = { url: string; pool: Pool; process: TestProcess; client: Client }

export type System<Name extends string> = {
  parts: Record<Name, Part>
  /** Also after a kill. */
  start(name: Name): Promise<void>
  /** As -9 does. */
  kill(name: Name): Promise<void>
  call<In, Out>(name: Name, rpc: MethodDefinition<In, Out>, request: In, as?: string): Promise<Out>
  rowsOf(name: Name, text: string, values?: unknown[]): Promise<string[]>
  stop(): Promise<void>
}

/** Services as processes of their own, on one bus, with the people of the tests. */
export async function startSystem<Name extends string>(names: readonly Name[]): Promise<System<Name>> {
  const [issuer, busUrl] = await Promise.all([startTestIssuer(), freshDatabase('bus')])
  const parts = {} as Record<Name, Part>
  const system: System<Name> = {
    parts,
    async start(name) {
      const process = startProcess(new URL(`../../../services/${name}/src/main.ts`, import.meta.url), {
        VITRYLO_DATABASE_URL: parts[name].url, VITRYLO_BUS_URL: busUrl, VITRYLO_OIDC_ISSUER: issuer.issuer,
        VITRYLO_SECRETS_KEY: 'a key for tests only, of 32 letters', VITRYLO_LOG_LEVEL: 'silent',
      })
      parts[name].client?.close()
      Object.assign(parts[name], { process, client: new Client(String(await process.ready), credentials.createInsecure()) })
    },
    async kill(name) {
      parts[name].process.signal('SIGKILL')
      await parts[name].process.ended
    },
    async call(name, { path, requestSerialize, responseDeserialize }, request, as = 'admin') {
      const headers = new Metadata()
      headers.set('authorization', `Bearer ${await issuer.token(as)}`)
      return new Promise((resolve, reject) => {
        parts[name].client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, headers, (error, value) =>
          error === null ? resolve(value!) : reject(fromStatus(error)),
        )
      })
    },
    rowsOf: async (name, text, values = []) =>
      (await parts[name].pool.query<{ row: string }>(`select (x)::text as row from (${text}) x order by 1`, values)).rows.map(({ row }) => row),
    async stop() {
      await endProcesses()
      for (const { client, pool } of Object.values<Part>(parts)) {
        client?.close()
        await pool.end()
      }
      await issuer.stop()
    },
  }
  for (const name of names) {
    const url = await freshDatabase(name.replace('-', '_'))
    const pool = createPool({ url, name: 'test', max: 2 })
    await migrate(url, [rightsMigrations])
    await peopleTheWorld(pool)
    parts[name] = { url, pool } as Part
    await system.start(name)
  }
  return system
}
