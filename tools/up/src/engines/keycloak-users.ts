import { setTimeout as delay } from 'node:timers/promises'
import { createAdminApi, findUser, setPassword } from '@vitrylo/keycloak'
import type { Credentials } from '../credentials.ts'
import type { Seed } from './engines.ts'

const PATIENCE_MS = 60_000

/** The directory makes the users at Keycloak a moment after their employees; they get their password as soon as they are there. */
export async function seedKeycloakUsers(url: string, { keycloakPassword }: Credentials, users: readonly Seed[], password: string): Promise<void> {
  const api = createAdminApi(url, { realm: 'master', clientId: 'admin-cli', username: 'admin', password: keycloakPassword })
  const deadline = Date.now() + PATIENCE_MS
  for (const { username } of users) {
    let user = await findUser(api, 'vitrylo', username)
    while (user === undefined && Date.now() < deadline) {
      await delay(200)
      user = await findUser(api, 'vitrylo', username)
    }
    if (user === undefined) throw new Error(`the directory did not make the user ${username} at Keycloak within ${PATIENCE_MS / 1000} s`)
    await setPassword(api, 'vitrylo', user['id'], password)
  }
}
