import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { freshDatabase } from '@vitrylo/testkit'
import { whyNoJava } from './java.ts'
import { startContainerKeycloak } from './keycloak/container.ts'
import { fetchKeycloak, KEYCLOAK_VERSION, startKeycloakProgram } from './keycloak/distribution.ts'

export type Keycloak = { how: string; url: string; adminPassword: string; stop(): Promise<void> }

/** A real Keycloak: the one named by KEYCLOAK_URL, else in a container, else on java. Undefined where there is none. */
export async function findKeycloak(): Promise<Keycloak | undefined> {
  const { KEYCLOAK_URL: url, KEYCLOAK_ADMIN_PASSWORD: adminPassword = 'admin' } = process.env
  if (url) return { how: 'KEYCLOAK_URL', url, adminPassword, stop: async () => {} }
  return (await startContainerKeycloak()) ?? (await startJavaKeycloak())
}

async function startJavaKeycloak(): Promise<Keycloak | undefined> {
  if ((await whyNoJava()) !== undefined) return undefined
  await fetchKeycloak()
  const { host, pathname, username, password } = new URL(await freshDatabase('keycloak'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = await mkdtemp(join(tmpdir(), 'vitrylo-keycloak-'))
  const adminPassword = 'admin'
  const { child } = await startKeycloakProgram({
    port,
    url,
    database: { url: `jdbc:postgresql://${host}${pathname}`, username, password },
    admin: { username: 'admin', password: adminPassword },
    log: join(folder, 'server.log'),
  })
  return {
    how: `Keycloak ${KEYCLOAK_VERSION} on java`,
    url,
    adminPassword,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true })
    },
  }
}
