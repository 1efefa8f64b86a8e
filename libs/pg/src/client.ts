import pg from 'pg'
import { clientClass, isWrongPassword, passwordsOf } from './passwords.ts'
import { types } from './types.ts'

/** One connection of its own, for what belongs to a session: LISTEN, session locks. The caller listens to 'end'. */
export async function connectClient(url: string, name: string): Promise<pg.Client> {
  const passwords = passwordsOf(url)
  const Client = passwords === undefined ? pg.Client : clientClass(passwords)
  for (let tries = passwords?.most ?? 1; ; tries--) {
    const client = new Client({
      connectionString: url,
      application_name: name,
      types,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    })
    client.on('error', () => {}) // 'end' follows; without a listener an error would end the process
    try {
      await client.connect()
      return client
    } catch (error) {
      if (tries <= 1 || !isWrongPassword(error)) throw error
    }
  }
}

/** Another database of the same server. */
export const withDatabase = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href
