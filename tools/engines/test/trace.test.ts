import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createKafkaBus, type BusEvent } from '@vitrylo/events'
import { applyTopics } from '@vitrylo/service'
import { until } from '@vitrylo/testkit'
import { startReceiver, type ReceivedSpan, type Receiver } from '../../../libs/telemetry/test/otlp-receiver.ts'
import { startProduct, type Product } from '../../../libs/telemetry/test/product.ts'

const { KAFKA_BROKERS = '', KAFKA_SKIP } = process.env
const TOPIC = 'vitrylo.contacts.counterparty.v1'

if (KAFKA_BROKERS === '') test.skip(`the trace over Kafka: ${KAFKA_SKIP ?? 'no KAFKA_BROKERS here; make test-engines brings a broker'}`, () => {})
else describe('the trace over Kafka', walk)

function walk(): void {
  let receiver: Receiver
  let product: Product
  beforeAll(async () => {
    const busUrl = `kafka://${KAFKA_BROKERS}`
    await applyTopics({ VITRYLO_BUS_URL: busUrl, VITRYLO_LOG_LEVEL: 'silent' }, 'test')
    receiver = await startReceiver()
    product = await startProduct({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, VITRYLO_BUS_URL: busUrl }, ['contacts', 'sales'])
  })
  afterAll(async () => {
    await product?.stop()
    await receiver?.stop()
  })

  test('leads from the request to the effect in another service, in the header of the record', async () => {
    const traceId = randomBytes(16).toString('hex')
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const bus = createKafkaBus({ brokers: KAFKA_BROKERS.split(','), clientId: 'test', log })
    const seen: BusEvent[] = []
    await bus.subscribe({ group: `trace-${traceId}`, topics: [TOPIC], from: 'beginning', onBatch: async (events) => void seen.push(...events) })
    const made = await product.call('POST', '/api/v1/counterparties', { kind: 'organisation', displayName: 'Млин' }, { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` })
    expect(made.status).toBe(200)
    const record = await until(() => seen.find(({ key }) => key === made.json.id))
    const find = (of: Partial<ReceivedSpan>) =>
      until(() => receiver.spans.find((span) => span.traceId === traceId && Object.entries(of).every(([key, value]) => span[key as keyof ReceivedSpan] === value)))
    const sent = await find({ service: 'contacts', kind: 'producer', name: `publish ${TOPIC}` })
    expect(record.headers['traceparent']).toBe(`00-${traceId}-${sent.spanId}-01`)
    const applied = await find({ service: 'sales', kind: 'consumer', name: `process ${TOPIC}`, parentSpanId: sent.spanId })
    await find({ service: 'sales', kind: 'client', name: 'insert counterparty', parentSpanId: applied.spanId })
    await bus.close()
  })
}
