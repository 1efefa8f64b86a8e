import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, expect, test } from '@jest/globals'
import { until } from '@vitrylo/testkit'
import { currentTraceparent, inSpan, isTracing, logIds, metricsText, openSpanUnder, startTelemetry, withTraceparent } from '../src/index.ts'
import { startReceiver } from './otlp-receiver.ts'

const SAMPLED = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`
const UNSAMPLED = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`
const quiet = { warn() {} }
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
})

// The exporter reads the standard variables itself, as any SDK does.
async function start(env: Record<string, string>, log = quiet): Promise<() => Promise<void>> {
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) process.env.OTEL_EXPORTER_OTLP_ENDPOINT = env.OTEL_EXPORTER_OTLP_ENDPOINT
  const stop = await startTelemetry(env, 'test', log)
  stops.push(stop)
  return stop
}

test('without a collector a trace is passed on as it came, and no span is made', async () => {
  await start({})
  expect(isTracing()).toBe(false)
  withTraceparent(SAMPLED, () => {
    expect(openSpanUnder(SAMPLED, 'x', { kind: 'server', root: true })).toBeUndefined()
    expect(currentTraceparent()).toBe(SAMPLED)
    expect(logIds()).toEqual({ trace_id: '1'.repeat(32), span_id: '2'.repeat(16) })
  })
  expect(withTraceparent('nonsense', currentTraceparent)).toBeUndefined()
  expect(await metricsText()).toBe('')
})

test('a span is made for a sampled caller, none for one that is not', async () => {
  const receiver = await startReceiver()
  stops.unshift(receiver.stop)
  const stop = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
  const parents: (string | undefined)[] = []
  const work = async () => void parents.push(currentTraceparent())
  await withTraceparent(SAMPLED, () => inSpan('kept', { kind: 'client' }, work))
  await withTraceparent(UNSAMPLED, () => inSpan('left out', { kind: 'client' }, work))
  await inSpan('nobody asked', { kind: 'client' }, work)
  await inSpan('root', { kind: 'consumer', root: true }, work)
  await expect(withTraceparent(SAMPLED, () => inSpan('broken', { kind: 'client' }, async () => Promise.reject(Object.assign(new Error('Іван'), { code: '23505' }))))).rejects.toThrow('Іван')
  await stop()
  stops.splice(1)
  expect(receiver.spans.map(({ name, failed }) => ({ name, failed }))).toEqual([{ name: 'kept', failed: false }, { name: 'root', failed: false }, { name: 'broken', failed: true }])
  expect(receiver.spans[0]).toMatchObject({ service: 'test', traceId: '1'.repeat(32), parentSpanId: '2'.repeat(16) })
  expect(receiver.spans[2]!.attributes).toEqual({ 'error.type': '23505' })
  expect(parents).toEqual([expect.stringContaining(receiver.spans[0]!.spanId), UNSAMPLED, undefined, expect.stringContaining(receiver.spans[1]!.spanId)])
})

test('a tenth of the traces is a tenth', async () => {
  const receiver = await startReceiver()
  stops.unshift(receiver.stop)
  await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' })
  let kept = 0
  for (let n = 0; n < 5_000; n++) if (openSpanUnder(undefined, 'x', { kind: 'server', root: true })!.traceparent.endsWith('-01')) kept++
  expect(kept).toBeGreaterThan(380)
  expect(kept).toBeLessThan(620)
  expect(openSpanUnder(SAMPLED, 'x', { kind: 'server', root: true })!.traceparent).toMatch(/-01$/)
})

test.each([
  [{ OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER'],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10 %' }, 'OTEL_TRACES_SAMPLER_ARG'],
])('a wrong setting %j stops the start with its name', async (env, key) => {
  await expect(start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', ...env } as never)).rejects.toThrow(`setting ${key} must be`)
})

test('services that share a process share what is started, until the last of them ends', async () => {
  const first = await start({ VITRYLO_METRICS: '1' })
  const second = await start({ VITRYLO_METRICS: '1' })
  await first()
  await first()
  expect(await metricsText()).toContain('process_resident_memory_bytes')
  await second()
  expect(await metricsText()).toBe('')
})

test.each(['refuses', 'is silent'])('a collector that %s loses spans and holds up nothing', async (how) => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  if (how === 'refuses') await once(server.close(), 'close')
  const said: object[] = []
  const stop = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }, { warn: (...line: unknown[]) => void said.push(line) } as never)
  const heap = process.memoryUsage().heapUsed
  let slowest = 0
  for (let n = 0; n < 10_000; n++) {
    const began = performance.now()
    await withTraceparent(SAMPLED, () => inSpan('x', { kind: 'client', attributes: { 'db.query.text': 'x'.repeat(500) } }, async () => {}))
    slowest = Math.max(slowest, performance.now() - began)
  }
  // Who waited for the collector would wait for seconds.
  expect(slowest).toBeLessThan(2_000)
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(100 * 2 ** 20)
  if (how === 'refuses') await until(() => said.length > 0)
  const began = performance.now()
  await stop()
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(said.length).toBeLessThanOrEqual(1)
  if (how !== 'refuses') server.close()
})
