import { SERVICES } from '../../images/build.ts'
import type { Report } from '../../images/report.ts'
import { NAMESPACE, RELEASE, helmOf, rollOut, type Rollout } from './product.ts'
import { run } from './shell.ts'

const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'latest' }

/** Into a namespace that refuses every pod with more rights than "restricted", and denies every connection not allowed. */
export async function install(base: Omit<Rollout, 'next'>, report: Report): Promise<void> {
  const { env } = base.cluster
  const apply = (object: object) => run('kubectl', ['apply', '-f', '-'], { env, input: JSON.stringify(object) })
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels: RESTRICTED } })
  await apply({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny', namespace: NAMESPACE },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  })
  const from = performance.now()
  const installed = await run(helmOf(env), ['status', RELEASE, '--namespace', NAMESPACE], { env }).then(() => true, () => false)
  // Its own PostgreSQL comes with the release, so that the first migrations cannot run before it.
  if (!installed) await rollOut({ ...base, next: [], hooks: false })
  await rollOut({ ...base, next: [] })
  const took = `${((performance.now() - from) / 1_000).toFixed(0)} s`
  const pods = await run('kubectl', ['-n', NAMESPACE, 'get', 'pods', '-o', 'json'], { env })
  const running = (JSON.parse(pods) as { items: { status: { phase: string } }[] }).items.filter(({ status }) => status.phase === 'Running')
  report.say(running.length >= SERVICES.length, 'the chart is installed under PodSecurity "restricted" and default deny', `${running.length} pods run, ${took}`)
}
