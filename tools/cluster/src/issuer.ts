import { freshDatabase } from '@vitrylo/testkit'
import { startIssuer } from '../../issuer/src/index.ts'
import type { Cluster } from './cluster.ts'
import { ORIGIN, trialSecret } from './product.ts'

/** The same at every run, so that a product installed by an earlier one still finds it. */
const PORT = 28_081

export type Issuer = {
  url: string
  /** Whether it has the client by which the gateway asks if a token still holds. */
  tellsAboutTokens: boolean
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}

/** The embedded issuer on this machine, outside the cluster, as a company's Keycloak would be. */
export async function startOutsideIssuer(cluster: Cluster): Promise<Issuer> {
  const origin = `http://${cluster.host}:${PORT}`
  const databaseUrl = await freshDatabase('issuer')
  const start = () =>
    startIssuer({
      origin,
      databaseUrl,
      port: PORT,
      host: cluster.host,
      clients: [
        { id: 'vitrylo-gateway', secret: trialSecret('gateway-client-secret'), redirectUris: [`${ORIGIN}/auth/callback`], postLogoutRedirectUris: [`${ORIGIN}/`] },
        { id: 'vitrylo-integration', secret: trialSecret('integration-client-secret'), serviceAccountGroups: ['integrations'] },
      ],
      backchannelLogoutUrl: `${ORIGIN}/auth/backchannel-logout`,
      securityEventsUrl: `${ORIGIN}/auth/security-events`,
    })
  let running = await start()
  return {
    url: `${origin}/realms/vitrylo`,
    tellsAboutTokens: false,
    pause: () => running.stop(),
    async resume() {
      running = await start()
    },
    stop: () => running.stop(),
  }
}
