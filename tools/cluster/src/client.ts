import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { NAMESPACE as PRODUCT, ORIGIN, trialSecret } from './product.ts'
import { run } from './shell.ts'

const NAMESPACE = 'clients'
/** Requests a second. VITRYLO_CLUSTER_RATE: fewer, where the cluster is smaller than the load; the report says so. */
export const RATE = Number(process.env.VITRYLO_CLUSTER_RATE ?? 50)

export type Figures = {
  requests: number
  failed: number
  failures: Record<string, number>
  failedNames: string[]
  firstFailure?: number
  lastFailure?: number
  p50: number
  p99: number
  slowest: number
  longestGap: number
  acknowledged: number
}
export type Verdict = { acknowledged: number; lost: number; doubled: number }
export type Load = {
  /** From a moment of this process's clock until now, once the answers are in. */
  since(from: number): Promise<Figures>
  verify(): Promise<Verdict>
}

/** A pod in a namespace of its own that asks and writes at a constant rate until the namespace goes. */
export async function startLoad(cluster: Cluster, image: string, issuer: string): Promise<Load> {
  const { env } = cluster
  const kubectl = (...args: string[]) => run('kubectl', args, { env })
  const apply = (...objects: object[]) => run('kubectl', ['apply', '-f', '-'], { env, input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) })
  await kubectl('delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait')
  const script = await readFile(new URL('../load/load.ts', import.meta.url), 'utf8')
  const metadata = { name: 'load', namespace: NAMESPACE }
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  await apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'load.ts': script, 'package.json': '{"type":"module"}' } }, podOf(metadata, image, issuer))
  const raw = async (path: string): Promise<unknown> => JSON.parse(await kubectl('get', '--raw', `/api/v1/namespaces/${NAMESPACE}/pods/load:8099/proxy/${path}`))
  const since = async (from: number): Promise<Figures> => {
    const to = Date.now()
    await delay(1_500) // answers under way
    return (await raw(`figures?from=${from}&to=${to}`)) as Figures
  }
  for (const deadline = Date.now() + 180_000; ; await delay(1_000)) {
    const figures = await since(0).catch(() => undefined)
    if (figures !== undefined && figures.requests > RATE) break
    if (Date.now() > deadline) throw new Error(`the load does not begin:\n${await kubectl('-n', NAMESPACE, 'logs', 'load', '--tail=20').catch(String)}`)
  }
  // Cold pods compile; what is measured begins when ten seconds passed without a fault.
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; ) {
    const { requests, failed, p99 } = await since(Date.now() - 10_000)
    if (requests > 8 * RATE && failed === 0 && p99 < 1_000) break
  }
  return { since, verify: async () => (await raw('verify')) as Verdict }
}

const beside = (component: string): object => ({
  labelSelector: { matchLabels: { 'app.kubernetes.io/component': component } },
  namespaces: [PRODUCT],
  topologyKey: 'kubernetes.io/hostname',
})

function podOf(metadata: { name: string; namespace: string }, image: string, issuer: string): object {
  const environment = { TARGET: ORIGIN, TOKEN_URL: `${issuer}/protocol/openid-connect/token`, CLIENT_SECRET: trialSecret('integration-client-secret'), RATE: String(RATE) }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 1,
      // Beside the database, so that the other node can be drained.
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [beside('postgres')] } },
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'load',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '--disable-warning=ExperimentalWarning', '/load/load.ts'],
          env: Object.entries(environment).map(([name, value]) => ({ name, value })),
          volumeMounts: [{ name: 'load', mountPath: '/load', readOnly: true }],
          resources: { limits: { memory: '512Mi' } },
        },
      ],
      volumes: [{ name: 'load', configMap: { name: 'load' } }],
    },
  }
}
