import { Agent, request } from 'node:http'
import { once } from 'node:events'
import type { Job, Outcome } from './drive.ts'

// Sixteen clients that ask as soon as they were answered, each over one connection that stays open. A process of its
// own, so that the time of the clients is not time of the server.
const [job] = (await once(process, 'message')) as [Job]
const agent = new Agent({ keepAlive: true, maxSockets: job.clients })
const url = new URL(job.origin)
const base = { agent, host: url.hostname, port: url.port }
let next = 0
let failure = ''

function ask(): Promise<number> {
  const serial = next++
  const { path, body } = job.requests[serial % job.requests.length]!
  const headers: Record<string, string> = { ...job.headers }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (job.keyed) headers['idempotency-key'] = `${process.pid}-${serial}`
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...base, path, method: body === undefined ? 'GET' : 'POST', headers }, (incoming) => {
      const status = incoming.statusCode!
      let text = ''
      if (status >= 400) incoming.on('data', (part) => (text += part))
      else incoming.resume()
      incoming.once('end', () => {
        if (status >= 400) failure ||= `${status} ${text.slice(0, 300)}`
        resolve(status)
      })
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function run(ms: number, latencies: number[]): Promise<number> {
  const end = performance.now() + ms
  let failed = 0
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now()
      if ((await ask()) >= 400) failed++
      latencies.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: job.clients }, client))
  return failed
}

await run(job.warmUpMs, [])
failure = ''
const latencies: number[] = []
const began = performance.now()
const failed = await run(job.seconds * 1000, latencies)
const outcome: Outcome = { latencies, failed, failure, elapsedMs: performance.now() - began, asked: next }
process.send!(outcome, () => process.exit(0))
