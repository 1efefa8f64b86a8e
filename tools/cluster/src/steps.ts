import { setTimeout as delay } from 'node:timers/promises'
import { SERVICES, type Service } from '../../images/build.ts'
import type { Report } from '../../images/report.ts'
import type { Figures, Load } from './client.ts'
import type { Cluster } from './cluster.ts'
import type { Issuer } from './issuer.ts'
import { metricsOf } from './metrics.ts'
import { NAMESPACE, RELEASE, deployments, rollOut, settled, type Rollout } from './product.ts'
import { run } from './shell.ts'

export type Trial = {
  cluster: Cluster
  load: Load
  issuer: Issuer
  base: Omit<Rollout, 'next'>
  report: Report
  /** When the first update began: their requests count together. */
  updating?: number
}
export type Step = (trial: Trial) => Promise<void>

const STALL_MS = 500
const BACK_MS = 30_000
const REQUESTS = 20_000

const shown = (figures: Figures): string => {
  const { requests, failed, p50, p99, slowest, longestGap } = figures
  return `${requests} requests, ${failed} failed, p50 ${p50} ms, p99 ${p99} ms, slowest ${slowest} ms, longest stall ${longestGap} ms`
}
const kubectl = ({ cluster }: Trial, ...args: string[]): Promise<string> => run('kubectl', args, { env: cluster.env })
const inNamespace = (trial: Trial, ...args: string[]): Promise<string> => kubectl(trial, '-n', NAMESPACE, ...args)

function judge({ report }: Trial, sentence: string, figures: Figures): void {
  report.say(figures.failed === 0 && figures.longestGap <= STALL_MS, sentence, shown(figures))
  for (const [failure, count] of Object.entries(figures.failures)) console.log(`         ${count} x ${failure}`)
}

/** One service after the other to the next release, then all of them back: the two stand beside each other. */
export const oneByOne: Step = (trial) =>
  updates(trial, async (roll) => {
    for (const [index, service] of SERVICES.entries()) {
      await roll(`the next release of ${service}, with its migration, beside this one of others`, SERVICES.slice(0, index + 1))
    }
    await roll('all services back to this release, on the schema of the next', [])
  })

export const atOnce: Step = (trial) =>
  updates(trial, async (roll) => {
    await roll('all services at once to the next release, with their migrations', SERVICES)
    await roll('all at once back to this release, on the schema of the next', [])
  })

type Roll = (sentence: string, next: readonly Service[]) => Promise<void>

async function updates(trial: Trial, work: (roll: Roll) => Promise<void>): Promise<void> {
  const began = (trial.updating ??= Date.now())
  await work(async (sentence, next) => {
    const from = Date.now()
    await rollOut({ ...trial.base, next })
    judge(trial, `${sentence}, ${((Date.now() - from) / 1_000).toFixed(0)} s`, await trial.load.since(from))
  })
  const whole = await trial.load.since(began)
  judge(trial, `all updates so far, of ${REQUESTS} requests that the promise speaks of`, whole)
  await kept(trial)
}

export async function kept({ load, report }: Trial): Promise<void> {
  const { acknowledged, lost, doubled } = await load.verify()
  report.say(lost === 0 && doubled === 0, 'nothing that was acknowledged is lost or doubled', `${acknowledged} acknowledged, ${lost} lost`)
}

/** A fault, and after it the time until requests no longer fail. */
export async function fault(trial: Trial, sentence: string, work: () => Promise<void>, { mayFail = [] as readonly string[], seconds = 20 } = {}): Promise<void> {
  const from = Date.now()
  await work()
  const over = Date.now()
  await delay(seconds * 1_000)
  await settled(trial.cluster)
  const figures = await trial.load.since(from)
  const backMs = Math.max(0, (figures.lastFailure ?? 0) - over)
  const others = figures.failedNames.filter((name) => !mayFail.includes(name))
  trial.report.say(others.length === 0 && backMs <= BACK_MS, sentence, `${shown(figures)}; failing: ${figures.failedNames.join(', ') || 'nothing'}; back after ${(backMs / 1_000).toFixed(1)} s`)
  for (const [failure, count] of Object.entries(figures.failures)) console.log(`         ${count} x ${failure}`)
}

export const podsOf = async (trial: Trial, deployment: string): Promise<string[]> => {
  const component = deployment.slice(RELEASE.length + 1)
  return (await inNamespace(trial, 'get', 'pods', '-l', `app.kubernetes.io/component=${component}`, '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ')
}

/** Killed at once, without a word before: a pod of two; the calls under way in it may be lost, no others. */
export async function kill(trial: Trial): Promise<void> {
  for (const name of deployments) {
    const [pod] = await podsOf(trial, name)
    await fault(trial, `a pod of ${name} is killed: back within 30 s`, async () => void (await inNamespace(trial, 'delete', 'pod', pod!, '--grace-period=0', '--force')), {
      mayFail: ['write', ...SERVICES],
    })
  }
  await kept(trial)
}

export async function drain(trial: Trial): Promise<void> {
  const database = (await inNamespace(trial, 'get', 'pod', `${RELEASE}-postgres-0`, '-o', 'jsonpath={.spec.nodeName}')).trim()
  const nodes = (await kubectl(trial, 'get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ')
  const load = (await kubectl(trial, '-n', 'clients', 'get', 'pod', 'load', '-o', 'jsonpath={.spec.nodeName}')).trim()
  const node = nodes.find((each) => each !== database && each !== load)
  if (node === undefined) return console.log('SKIPPED: drain of a node: each has the database or the load on it')
  const from = Date.now()
  try {
    await kubectl(trial, 'drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=300s', `--pod-selector=app.kubernetes.io/instance=${RELEASE}`)
    await settled(trial.cluster)
  } finally {
    await kubectl(trial, 'uncordon', node)
  }
  judge(trial, `node ${node} is drained`, await trial.load.since(from))
}

export async function database(trial: Trial): Promise<void> {
  const before = await restarts(trial)
  await fault(trial, 'PostgreSQL restarts: everything needs it; back within 30 s', async () => {
    await inNamespace(trial, 'delete', 'pod', `${RELEASE}-postgres-0`, '--wait')
    await inNamespace(trial, 'rollout', 'status', `statefulset/${RELEASE}-postgres`, '--timeout=180s')
  }, { mayFail: ['write', ...SERVICES], seconds: 35 })
  const after = await restarts(trial)
  trial.report.say(after === before, 'no pod was started again for it', `${after - before} restarts`)
  await kept(trial)
}

export const restarts = async (trial: Trial): Promise<number> =>
  (await inNamespace(trial, 'get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[*].restartCount}')).split(' ').reduce((sum, count) => sum + Number(count), 0)

/** Who is signed in goes on: only new tokens and new sign-ins need the issuer. */
export async function signIn(trial: Trial): Promise<void> {
  await fault(trial, 'the sign-in server is away for 60 s: who has a token goes on', async () => {
    await trial.issuer.pause()
    await delay(60_000)
    await trial.issuer.resume()
  }, { seconds: 5 })
}

export async function scale(trial: Trial): Promise<void> {
  const name = `${RELEASE}-contacts`
  const to = async (replicas: number) => {
    await inNamespace(trial, 'scale', `deployment/${name}`, `--replicas=${replicas}`)
    await settled(trial.cluster)
  }
  const from = Date.now()
  await to(1)
  await to(3)
  await delay(60_000)
  const counts = await Promise.all((await podsOf(trial, name)).map((pod) => callsWithin(trial, pod, 10_000)))
  const share = Math.min(...counts) / (counts.reduce((sum, count) => sum + count, 0) / counts.length)
  trial.report.say(counts.length === 3 && share > 0.5, 'calls are spread over three pods of contacts within 60 s', `${counts.join(', ')} calls in 10 s`)
  await to(1)
  await to(2)
  judge(trial, 'contacts from 2 to 1, to 3, to 1 and back', await trial.load.since(from))
}

/** From the pod's own metrics. */
async function callsWithin(trial: Trial, pod: string, ms: number): Promise<number> {
  const read = async (): Promise<number> => {
    const text = await metricsOf(trial.cluster, pod)
    const lines = text.split('\n').filter((line) => /^(rpc_server_[a-z_]*(duration|calls)[a-z_]*_count|rpc_server_[a-z_]*_total)/.test(line))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
  const first = await read()
  await delay(ms)
  return (await read()) - first
}
