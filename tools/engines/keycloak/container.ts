import { GenericContainer, Wait, getContainerRuntimeClient } from 'testcontainers'
import { freePorts } from '@vitrylo/pg/free-ports.ts'
import type { Keycloak } from '../keycloak.ts'
import { KEYCLOAK_VERSION } from './distribution.ts'

const IMAGE = `quay.io/keycloak/keycloak:${KEYCLOAK_VERSION}`

/** A server in a container, where an engine answers. In the host's network, so that it reaches the gateway of a test. */
export async function startContainerKeycloak(): Promise<Keycloak | undefined> {
  const engine = await getContainerRuntimeClient().catch(() => null)
  if (engine === null) return undefined
  const [port = 0, management = 0] = await freePorts(2)
  const url = `http://127.0.0.1:${port}`
  const adminPassword = 'admin'
  const container = await new GenericContainer(IMAGE)
    .withNetworkMode('host')
    .withEnvironment({
      KC_HTTP_HOST: '127.0.0.1',
      KC_HTTP_PORT: String(port),
      KC_HTTP_MANAGEMENT_PORT: String(management),
      KC_HOSTNAME: url,
      KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
      KC_BOOTSTRAP_ADMIN_PASSWORD: adminPassword,
    })
    .withCommand(['start-dev'])
    .withWaitStrategy(Wait.forLogMessage(/started in .*Listening on/).withStartupTimeout(240_000))
    .start()
  return { how: `${IMAGE} in a container`, url, adminPassword, stop: async () => void (await container.stop()) }
}
