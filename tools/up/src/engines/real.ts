import { join } from 'node:path'
import { applyRealmOf } from '@vitrylo/gateway'
import { applyTopics } from '@vitrylo/service'
import { whyNoJava } from '../../../engines/java.ts'
import { prepareJavaKafka } from '../../../engines/kafka/java.ts'
import { fetchKeycloak, startKeycloakProgram } from '../../../engines/keycloak/distribution.ts'
import type { KeptProgram } from '../../../engines/kept-program.ts'
import { gatewayUrl } from '../environments.ts'
import { keepRunning, type Kept } from '../keep-running.ts'
import { requireFreePort } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import type { Engines, EnginesContext } from './engines.ts'
import { seedKeycloakUsers } from './keycloak-users.ts'

export const REAL_DATABASES = ['keycloak'] as const

const HOST = '127.0.0.1'

/** Kafka and Keycloak as programs of this machine, with topics and realm as the product needs them. */
export async function realEngines(context: EnginesContext): Promise<Engines> {
  const { settings, credentials, say } = context
  const missing = await whyNoJava()
  if (missing !== undefined) throw new Refusal(missing)
  await requireFreePort(settings.keycloakPort, HOST, 'VITRYLO_KEYCLOAK_PORT')
  say('Engines: Kafka and Keycloak from their distributions, since no container engine answers. The first start fetches them (220 MB).')
  const keycloakUrl = `http://${HOST}:${settings.keycloakPort}`
  const outcomes = await Promise.allSettled([keepKafka(context), keepKeycloak(context, keycloakUrl)])
  const stop = async () => void (await Promise.all(outcomes.map(async (one) => one.status === 'fulfilled' && one.value.kept.stop())))
  try {
    for (const one of outcomes) if (one.status === 'rejected') throw one.reason
    const [kafka] = outcomes as [PromiseFulfilledResult<{ kept: Kept; brokers: string }>, unknown]
    const common = { VITRYLO_BUS_URL: `kafka://${kafka.value.brokers}`, VITRYLO_OIDC_ISSUER: settings.issuer }
    await applyTopics({ ...common, VITRYLO_LOG_LEVEL: settings.logLevel }, 'up')
    await applyRealmOf({ ...common, ...realmSettings(context) }, (line) => say(`Keycloak: ${line}`))
    return {
      common,
      directory: { VITRYLO_PROVISIONER_CLIENT_SECRET: credentials.clients['vitrylo-provisioner'] },
      gateway: { VITRYLO_API_CLIENT_SECRET: credentials.clients['vitrylo-api'] },
      issuerUrl: settings.issuer,
      note: `Keycloak: ${keycloakUrl}/admin, user admin, password keycloakPassword in credentials.json`,
      seedUsers: (users, password) => seedKeycloakUsers(keycloakUrl, credentials, users, password),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function keepKafka({ settings, say }: EnginesContext): Promise<{ kept: Kept; brokers: string }> {
  const { brokers, launch } = await prepareJavaKafka({ data: join(settings.dataDir, 'kafka') })
  return { kept: await keep('Kafka', launch, say), brokers }
}

async function keepKeycloak({ settings, credentials, postgres, say }: EnginesContext, url: string): Promise<{ kept: Kept }> {
  await fetchKeycloak()
  const launch = () =>
    startKeycloakProgram({
      port: settings.keycloakPort,
      url,
      database: { url: `jdbc:postgresql://${HOST}:${postgres.port}/keycloak`, username: 'keycloak', password: credentials.databases.keycloak },
      admin: { username: 'admin', password: credentials.keycloakPassword },
      log: join(settings.dataDir, 'keycloak.log'),
    })
  return { kept: await keep('Keycloak', launch, say) }
}

const keep = (name: string, launch: () => Promise<KeptProgram>, say: EnginesContext['say']): Promise<Kept> =>
  keepRunning({
    launch: async () => (await launch()).child,
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
    patienceMs: 20_000,
    onDeath: (reason) => say(`${name} ended unexpectedly (${reason}); starting it again.`),
  })

function realmSettings({ settings, credentials }: Pick<EnginesContext, 'settings' | 'credentials'>): Record<string, string> {
  const { clients } = credentials
  return {
    VITRYLO_ORIGIN: settings.origin,
    VITRYLO_BACKCHANNEL_URL: gatewayUrl(settings),
    VITRYLO_KEYCLOAK_ADMIN_USERNAME: 'admin',
    VITRYLO_KEYCLOAK_ADMIN_PASSWORD: credentials.keycloakPassword,
    VITRYLO_GATEWAY_CLIENT_SECRET: clients['vitrylo-gateway'],
    VITRYLO_API_CLIENT_SECRET: clients['vitrylo-api'],
    VITRYLO_INTEGRATION_CLIENT_SECRET: clients['vitrylo-integration'],
    VITRYLO_PROVISIONER_CLIENT_SECRET: clients['vitrylo-provisioner'],
    VITRYLO_ADMIN_PASSWORD: credentials.adminPassword,
  }
}
