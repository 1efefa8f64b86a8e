import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { startPbxSimulator } from '../../pbx-simulator/index.ts'
import type { PopJob, PopOutcome } from './pop.ts'

// The exchange and the browser, outside the product: one clock for both ends of the way.
const PBX = { port: 0, host: '127.0.0.1', username: 'vitrylo', secret: 'bench' }
// The recording's phone rings so long after the call came in; see tools/pbx-simulator.
const RING_AFTER_MS = 31.3

const simulator = await startPbxSimulator(PBX)
process.send!({ ...PBX, port: simulator.port })
const [job] = (await once(process, 'message')) as [PopJob]
const ringing = new Map<string, number>()
const latencies: number[] = []

const response = await fetch(`${job.origin}/api/v1/events`, { headers: { cookie: job.cookie } })
if (!response.ok) throw new Error(`the live stream answered ${response.status} ${await response.text()}`)
const reading = read(response.body!)
await delay(500)
const calls = job.perSecond * job.seconds
const began = performance.now()
for (let n = 0; n < calls; n++) {
  const early = began + (n * 1000) / job.perSecond - performance.now()
  if (early > 0) await delay(early)
  const callerNumber = job.numbers[n % job.numbers.length]!
  ringing.set(callerNumber, performance.now() + RING_AFTER_MS)
  simulator.play({ callerNumber, extension: job.extensions[n % job.extensions.length]!, ringSeconds: 2, talkSeconds: 2 })
}
for (let waited = 0; latencies.length < calls && waited < 10_000; waited += 50) await delay(50)
const outcome: PopOutcome = { calls, latencies }
process.send!(outcome)
await once(process, 'disconnect')
void reading
process.exit(0)

/** Server-sent events: the moment when a card would slide in. */
async function read(body: ReadableStream<Uint8Array>): Promise<void> {
  let pending = ''
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const now = performance.now()
    const frames = (pending + part).split('\n\n')
    pending = frames.pop()!
    for (const frame of frames) {
      if (!/^event: .*\.CallOffered$/m.test(frame)) continue
      const { data } = JSON.parse(/^data: (.*)$/m.exec(frame)![1]!) as { data: { call: { customerNumber: string } } }
      const rang = ringing.get(data.call.customerNumber)
      if (rang === undefined) continue
      ringing.delete(data.call.customerNumber)
      latencies.push(now - rang)
    }
  }
}
