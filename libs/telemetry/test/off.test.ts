import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { until } from '@vitrylo/testkit'
import { startProduct, type Product } from './product.ts'

let product: Product

beforeAll(async () => {
  product = await startProduct({ NODE_OPTIONS: `--import=${new URL('print-loaded.ts', import.meta.url).href}` }, ['contacts'])
})
afterAll(() => product?.stop())

const loadedBy = (log: string): string[] => [...new Set([...log.matchAll(/^loads (\S+)$/gm)].map(([, name]) => name!))].sort()

test('no SDK is loaded, and no metrics are told, unless they are asked for', async () => {
  for (const part of Object.values(product.parts)) {
    expect({ part: part.name, loads: loadedBy(part.log()) }).toEqual({ part: part.name, loads: ['api', 'context-async-hooks'] })
    expect(await part.metrics()).not.toContain('# TYPE')
  }
})

test('log lines of gateway and service still name the trace of a request', async () => {
  const traceId = 'a'.repeat(32)
  const { status } = await product.call('GET', '/api/v1/counterparties', undefined, { traceparent: `00-${traceId}-${'b'.repeat(16)}-00` })
  expect(status).toBe(200)
  for (const { log } of Object.values(product.parts)) await until(() => log().includes(`"trace_id":"${traceId}"`))
})
