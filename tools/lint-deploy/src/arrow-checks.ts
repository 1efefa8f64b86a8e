import { parseAllDocuments } from 'yaml'
import { mayReach } from '../../cluster/src/arrows.ts'
import { SERVICES } from '../../images/build.ts'
import type { Check, Outcome } from './check.ts'
import { render } from './render.ts'

type Labels = Record<string, string>
type Peer = { podSelector?: { matchLabels?: Labels }; namespaceSelector?: unknown }
type Rule = { from?: Peer[]; to?: Peer[]; ports?: { port: number }[] }
type Policy = { kind: string; spec: { podSelector: { matchLabels?: Labels; matchExpressions?: unknown[] }; ingress?: Rule[]; egress?: Rule[] } }

export const arrowChecks: readonly Check[] = [{ name: 'policies of the network open the arrows of the architecture and no others', run: checkArrows }]

/** What `make cluster-test` tries on a real network, reckoned from the policies themselves. */
function checkArrows(): Outcome {
  const policies = parseAllDocuments(render('dev')).map((document) => document.toJS() as Policy | null).filter((object) => object?.kind === 'NetworkPolicy') as Policy[]
  const places: [string, number][] = [...SERVICES.map((name): [string, number] => [name, name === 'gateway' ? 8080 : 50051]), ['postgres', 5432]]
  const faults: string[] = []
  for (const from of SERVICES) {
    for (const [to, port] of places.filter(([name]) => name !== from)) {
      for (const [asked, may] of [[port, mayReach(from, to)], [9090, false]] as const) {
        const opens = lets(policies, 'egress', from, to, asked) && lets(policies, 'ingress', to, from, asked)
        if (opens !== may) faults.push(`${from} -> ${to}:${asked} is ${opens ? 'open' : 'closed'}`)
      }
    }
  }
  return { faults }
}

/** Policies add up: a connection is let through when one rule of one policy that chooses the pod fits. */
function lets(policies: readonly Policy[], way: 'ingress' | 'egress', pod: string, other: string, port: number): boolean {
  const rules = policies.filter(({ spec }) => chooses(spec.podSelector, pod)).flatMap(({ spec }) => spec[way] ?? [])
  return rules.some(({ from, to, ports }) => {
    const peers = way === 'ingress' ? from : to
    const fits = peers === undefined || peers.some(({ podSelector, namespaceSelector }) => namespaceSelector === undefined && podSelector !== undefined && chooses(podSelector, other))
    return fits && (ports === undefined || ports.some((open) => open.port === port))
  })
}

/** Pods of services and stores; those of jobs, which `matchExpressions` choose, are none of them. */
function chooses({ matchLabels = {}, matchExpressions }: { matchLabels?: Labels; matchExpressions?: unknown[] }, component: string): boolean {
  const labels: Labels = { 'app.kubernetes.io/name': 'vitrylo', 'app.kubernetes.io/instance': 'vitrylo', 'app.kubernetes.io/component': component }
  return matchExpressions === undefined && Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
}
