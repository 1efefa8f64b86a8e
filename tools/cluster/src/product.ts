import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { SERVICES, type Service } from '../../images/build.ts'
import type { Cluster } from './cluster.ts'
import { run } from './shell.ts'

export const NAMESPACE = 'vitrylo'
export const RELEASE = 'vitrylo'
const CHART = fileURLToPath(new URL('../../../deploy/helm/vitrylo', import.meta.url))
/** Nothing here is worth protecting: a cluster of its own that is thrown away. */
const PASSWORD = 'only-for-the-cluster-test'

/** As the chart derives the passwords of a trial. */
export const trialSecret = (key: string): string => createHash('sha256').update(`${RELEASE}/${PASSWORD}/${key}`).digest('hex').slice(0, 40)

export const ORIGIN = `http://${RELEASE}-gateway.${NAMESPACE}:8080`
export const deployments = SERVICES.map((service) => `${RELEASE}-${service}`)

export type Rollout = {
  cluster: Cluster
  /** Where to sign in; whether there is a client by which the gateway asks if a token still holds. */
  issuer: { url: string; tellsAboutTokens: boolean }
  postgresImage: string
  tag: string
  /** Services of the next release; the others are of this one. */
  next: readonly Service[]
  replicas?: Partial<Record<Service, number>>
  hooks: boolean
  /** Addresses of a Kafka outside; without it the bus is in PostgreSQL. */
  brokers?: string
}

type Values = Record<string, unknown>

function valuesOf({ cluster, issuer, postgresImage, tag, next, replicas = {}, hooks, brokers }: Rollout): Values {
  const outside = [{ ipBlock: { cidr: `${cluster.host}/32` } }]
  const services = Object.fromEntries(
    SERVICES.map((service) => [
      service,
      { ...(next.includes(service) && { image: `vitrylo-next/${service}` }), ...(replicas[service] !== undefined && { replicas: replicas[service] }) },
    ]),
  )
  const gateway = { ...services.gateway, ...(!issuer.tellsAboutTokens && { secrets: { VITRYLO_API_CLIENT_SECRET: null } }) }
  return {
    origin: ORIGIN,
    image: { registry: cluster.registry ? '' : 'localhost', tag, pullPolicy: 'IfNotPresent' },
    // The share of the processor that twelve pods on a small machine still get beside everything else on it.
    defaults: { replicas: 2, resources: { requests: { cpu: '100m' } } },
    services: { ...services, gateway },
    jobs: { hooks },
    bus: brokers === undefined ? { kind: 'postgres' } : { kind: 'kafka', kafka: { brokers: [brokers], authentication: 'none', replication: 1 } },
    oidc: { issuer: issuer.url },
    networkPolicy: {
      peers: {
        oidc: outside,
        ...(brokers !== undefined && { bus: outside }),
        ingress: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'clients' } } }],
      },
    },
    trial: { password: PASSWORD, postgres: { enabled: true, image: postgresImage }, kafka: { image: '' }, keycloak: { image: '' } },
  }
}

/** Installs or upgrades, and comes back when every pod of the new state answers and none of the old is left. */
export async function rollOut(rollout: Rollout): Promise<void> {
  const { env } = rollout.cluster
  const profile = `${CHART}/values-dev.yaml`
  const args = ['upgrade', '--install', RELEASE, CHART, '--namespace', NAMESPACE, '--values', profile, '--values', '-', '--wait', '--timeout', '10m']
  await run(helmOf(env), args, { env, input: JSON.stringify(valuesOf(rollout)), timeoutMs: 660_000 })
  await settled(rollout.cluster)
}

/** HELM names the program where it is not on PATH under its own name. */
export const helmOf = (env: NodeJS.ProcessEnv): string => env.HELM ?? 'helm'

/** Every Deployment is at its newest state, and pods that were told to end are gone. */
export async function settled(cluster: Cluster): Promise<void> {
  const { env } = cluster
  for (const name of deployments) await run('kubectl', ['-n', NAMESPACE, 'rollout', 'status', `deployment/${name}`, '--timeout=300s'], { env })
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 1_000))) {
    const ending = await run('kubectl', ['-n', NAMESPACE, 'get', 'pods', '-o', 'jsonpath={range .items[?(@.metadata.deletionTimestamp)]}{.metadata.name} {end}'], { env })
    if (ending.trim() === '') return
  }
  throw new Error('pods that were told to end are still there after 120 s')
}
