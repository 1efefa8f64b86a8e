// node tools/bench/src/telemetry-steps-process.ts off | tenth | away | all | metrics: processor time of telemetry alone. The
// steps of one create (request, call, five statements, event to four consumers) 20,000 times, with nothing done in them.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BusEvent } from '@vitrylo/events'
import { currentTraceparent, histogram, inSpan, isRecording, openSpanUnder, SECONDS, startTelemetry, withTraceparent } from '@vitrylo/telemetry'
import { countApplied, processing, processingOne, publishing } from '../../../libs/events/src/trace.ts'
import { traced } from '../../../libs/pg/src/traced.ts'

const [mode = 'off'] = process.argv.slice(2)
const sink = fork(fileURLToPath(new URL('sink-process.ts', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
const [{ port }] = (await once(sink, 'message')) as [{ port: number }]
const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${mode === 'away' ? 9 : port}` }
const tenth = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }
const MODES: Record<string, Record<string, string>> = { off: {}, tenth: { ...traces, ...tenth }, away: { ...traces, ...tenth }, all: traces, metrics: { VITRYLO_METRICS: '1' } }
Object.assign(process.env, MODES[mode])
const stop = await startTelemetry(process.env, 'steps', { warn() {} })

const REQUESTS = histogram('requests', 'Requests', SECONDS)
const CALLS = histogram('calls', 'Calls', SECONDS)
const UNSAMPLED = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`
const TEXT = 'insert into outbox (id, data) values ($1, $2)'.padEnd(900, ' ')
const statement = (): Promise<void> => (isRecording() ? traced(TEXT, async () => {}) : Promise.resolve())

async function create(): Promise<void> {
  const request = openSpanUnder(undefined, 'POST /x', { kind: 'server', root: true, attributes: { 'http.request.method': 'POST', 'http.route': '/x' } })
  const traceparent = await (request?.within(call) ?? withTraceparent(UNSAMPLED, call))
  REQUESTS.record(0.01, { http_request_method: 'POST', http_route: '/x', http_response_status_code: '200' })
  request?.end({ 'http.response.status_code': 200 })
  const event = { id: '1', topic: 't', key: 'k', type: 'e', time: new Date().toISOString(), revision: 1, data: {}, headers: traceparent ? { traceparent } : {} } as BusEvent
  await publishing([event], async ([sent]) => {
    for (const group of ['a', 'b', 'c', 'd']) await apply(group, { ...sent! })
  })
}

function call(): Promise<string | undefined> {
  return inSpan('rpc', { kind: 'client', attributes: { 'rpc.method': 'rpc' } }, async () => {
    const parent = currentTraceparent()
    const served = openSpanUnder(parent, 'rpc', { kind: 'server', root: true, attributes: { 'rpc.method': 'rpc' } })
    const work = async (): Promise<string | undefined> => {
      for (let n = 0; n < 4; n++) await statement()
      return currentTraceparent()
    }
    const traceparent = await (served?.within(work) ?? withTraceparent(parent, work))
    CALLS.record(0.01, { rpc_method: 'rpc', rpc_response_status_code: 'OK' })
    served?.end({ 'rpc.response.status_code': 'OK' })
    return traceparent
  })
}

async function apply(group: string, event: BusEvent): Promise<void> {
  await processing([event], () =>
    processingOne(event, async () => {
      await statement()
      await statement()
    }),
  )
  countApplied(group, [event])
}

async function run(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    await create()
    if (n % 50 === 0) await new Promise(setImmediate)
  }
}

const TIMES = 20_000
await run(5_000)
const before = process.cpuUsage()
await run(TIMES)
const { user, system } = process.cpuUsage(before)
console.log(`${mode}: ${((user + system) / TIMES).toFixed(1)} µs of processor time a create`)
await stop()
sink.disconnect()
