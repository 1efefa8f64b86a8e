import { setTimeout as delay } from 'node:timers/promises'
import { startJavaKafka } from '../../engines/kafka/java.ts'
import { metricsOf } from './metrics.ts'
import { deployments, rollOut } from './product.ts'
import { fault, kept, podsOf, restarts, type Trial } from './steps.ts'

/** The same at every run, as the issuer's. */
const PORT = 29_092
const AWAY_MS = 60_000
const BACK_MS = 30_000

/** The bus becomes a Kafka outside the cluster, which then is killed and away for a minute: nobody who asks or writes hears of it. */
export async function kafka(trial: Trial): Promise<void> {
  const broker = await startJavaKafka({ host: trial.cluster.host, port: PORT })
  if (broker?.kill === undefined || broker.start === undefined) return console.log('SKIPPED: Kafka needs Java and Maven here')
  const { kill, start } = broker
  try {
    await rollOut({ ...trial.base, next: [], brokers: broker.brokers })
    const before = await restarts(trial)
    console.log(`         before: ${(await caughtUp(trial, Date.now() + BACK_MS)).shown}`)
    let back = 0
    await fault(trial, 'Kafka is killed and away for 60 s: nothing fails', async () => {
      await kill()
      await delay(AWAY_MS)
      await start()
      back = Date.now()
    }, { seconds: 1 })
    const found = await caughtUp(trial, back + BACK_MS)
    const took = ((Date.now() - back) / 1_000).toFixed(1)
    trial.report.say(found.isUpToDate, 'events that waited arrive within 30 s of its return', `${found.shown} after ${took} s`)
    const after = await restarts(trial)
    trial.report.say(after === before, 'no pod was started again for it', `${after - before} restarts`)
    await kept(trial)
  } finally {
    await rollOut({ ...trial.base, next: [] })
    await broker.stop()
  }
}

type Behind = { isUpToDate: boolean; shown: string }

/** The load goes on writing ten times a second: what is a second old at most is not late. */
async function caughtUp(trial: Trial, deadline: number): Promise<Behind> {
  for (;;) {
    const pods = (await Promise.all(deployments.map((name) => podsOf(trial, name)))).flat()
    const texts = await Promise.all(pods.map((pod) => metricsOf(trial.cluster, pod)))
    const age = Math.max(0, ...texts.flatMap((text) => valuesOf(text, 'vitrylo_outbox_age_seconds')))
    const lag = Math.max(0, ...texts.flatMap((text) => valuesOf(text, 'vitrylo_consumer_lag')))
    const found = { isUpToDate: age < 2 && lag < 20, shown: `oldest event in an outbox ${age.toFixed(1)} s, longest queue of a consumer ${lag}` }
    if (found.isUpToDate || Date.now() > deadline) return found
    await delay(1_000)
  }
}

const valuesOf = (text: string, metric: string): number[] =>
  text.split('\n').filter((line) => line.startsWith(metric)).map((line) => Number(line.split(' ').at(-1)))
