import pg from 'pg'
import { types } from './types.ts'

/** One connection of its own, for what belongs to a session: LISTEN, session locks. The caller listens to 'end'. */
export async function connectClient(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    types,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  client.on('error', () => {}) // 'end' follows; without a listener an error would end the process
  await client.connect()
  return client
}
