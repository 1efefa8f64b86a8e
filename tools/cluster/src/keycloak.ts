import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyRealmOf } from '@vitrylo/gateway'
import { freshDatabase } from '@vitrylo/testkit'
import { whyNoJava } from '../../engines/java.ts'
import { startKeycloakProgram } from '../../engines/keycloak/distribution.ts'
import type { Cluster } from './cluster.ts'
import type { Issuer } from './issuer.ts'
import { ORIGIN, trialSecret } from './product.ts'

const PORT = 28_082
const ADMIN = { username: 'admin', password: trialSecret('keycloak-admin-password') }

/** A real Keycloak on this machine, outside the cluster, with our realm applied by the same program as the chart's job. */
export async function startOutsideKeycloak(cluster: Cluster): Promise<Issuer> {
  const missing = await whyNoJava()
  if (missing !== undefined) throw new Error(missing)
  const url = `http://${cluster.host}:${PORT}`
  const { host, pathname, username, password } = new URL(await freshDatabase('keycloak'))
  const log = join(await mkdtemp(join(tmpdir(), 'vitrylo-keycloak-')), 'server.log')
  const database = { url: `jdbc:postgresql://${host}${pathname}`, username, password }
  const start = () => startKeycloakProgram({ port: PORT, host: cluster.host, url, database, admin: ADMIN, log })
  let running = await start()
  const stop = async (): Promise<void> => {
    const ended = once(running.child, 'exit')
    running.child.kill('SIGTERM')
    await ended
  }
  const issuer = `${url}/realms/vitrylo`
  const secrets = Object.fromEntries(['gateway', 'api', 'integration', 'provisioner'].map((name) => [`VITRYLO_${name.toUpperCase()}_CLIENT_SECRET`, trialSecret(`${name}-client-secret`)]))
  const settings = { VITRYLO_OIDC_ISSUER: issuer, VITRYLO_ORIGIN: ORIGIN, VITRYLO_KEYCLOAK_ADMIN_USERNAME: ADMIN.username, VITRYLO_KEYCLOAK_ADMIN_PASSWORD: ADMIN.password }
  await applyRealmOf({ ...settings, ...secrets }, (line) => console.log(`Keycloak: ${line}`))
  return {
    url: issuer,
    tellsAboutTokens: true,
    pause: stop,
    async resume() {
      running = await start()
    },
    stop,
  }
}
