import { randomUUID } from 'node:crypto'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AccessRefused, createKafkaBus } from '../src/index.ts'
import type { KafkaSecurity } from '../src/index.ts'
import { quiet } from './world.ts'

type Secure = { tls: string; mutual: string; username: string; password: string; ca: string; cert: string; key: string }
const secure = process.env.KAFKA_SECURE ? (JSON.parse(process.env.KAFKA_SECURE) as Secure) : undefined

if (secure === undefined) test.skip('Kafka behind TLS: no KAFKA_SECURE here; make test-engines brings a broker where java and openssl are', () => {})
else describe('Kafka behind TLS', () => behind(secure))

function behind({ tls, mutual, username, password, ca, cert, key }: Secure): void {
  const topic = { name: `vitrylo.test.secure.v1.${randomUUID()}`, partitions: 1, keep: 'all' } as const
  const as = (mechanism: 'plain' | 'scram-sha-512', secret: () => string = () => password): KafkaSecurity['sasl'] =>
    ({ mechanism, username, password: secret })
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'vitrylo-secure-'))))
  afterAll(() => rm(folder, { recursive: true }))

  /** Writes and reads an event over that way. */
  async function pass(broker: string, security: KafkaSecurity): Promise<number> {
    const bus = createKafkaBus({ brokers: [broker], log: quiet, clientId: 'test', ...security })
    try {
      await bus.applyTopics([topic])
      const time = new Date().toISOString()
      await bus.publish([{ id: randomUUID(), topic: topic.name, key: 'a', type: 'T', time, revision: 1, data: {}, headers: {} }])
      let seen = 0
      const onBatch = async (events: unknown[]) => void (seen += events.length)
      const reading = await bus.subscribe({ group: `g-${randomUUID()}`, topics: [topic.name], onBatch })
      await reading.caughtUp()
      return seen
    } finally {
      await bus.close()
    }
  }

  async function refusal(broker: string, security: KafkaSecurity): Promise<unknown> {
    const bus = createKafkaBus({ brokers: [broker], log: quiet, clientId: 'test', ...security })
    try {
      return await bus.subscribe({ group: 'g', topics: [topic.name], onBatch: async () => {} }).catch((error: unknown) => error)
    } finally {
      await bus.close()
    }
  }

  test('a user gets in by scram-sha-512 and by plain over TLS, a certificate by mutual TLS', async () => {
    expect(await pass(tls, { tls: { ca }, sasl: as('scram-sha-512') })).toBe(1)
    expect(await pass(tls, { tls: { ca }, sasl: as('plain') })).toBe(2)
    expect(await pass(mutual, { tls: { ca, cert, key } })).toBe(3)
  })

  test('a wrong password, an unknown authority and a missing certificate are each told in a sentence at once', async () => {
    const wrong = await refusal(tls, { tls: { ca }, sasl: as('scram-sha-512', () => 'wrong') })
    expect(wrong).toBeInstanceOf(AccessRefused)
    expect(String(wrong)).toMatch(/Kafka refuses the user vitrylo \(VITRYLO_KAFKA_USERNAME, VITRYLO_KAFKA_PASSWORD/)
    const unknown = await refusal(tls, { tls: {}, sasl: as('plain') })
    expect(String(unknown)).toMatch(/no trusted TLS connection to Kafka \(VITRYLO_KAFKA_CA_FILE/)
    const anonymous = await refusal(mutual, { tls: { ca } })
    expect(String(anonymous)).toMatch(/no trusted TLS connection to Kafka/)
  })

  test('certificates and password are read anew at each connection', async () => {
    const paths = { ca: join(folder, 'ca.pem'), cert: join(folder, 'client.pem'), key: join(folder, 'client.key') }
    for (const path of Object.values(paths)) await writeFile(path, '')
    let secret = 'of yesterday'
    const byCertificate = createKafkaBus({ brokers: [mutual], log: quiet, clientId: 'test', tls: paths })
    const byPassword = createKafkaBus({ brokers: [tls], log: quiet, clientId: 'test', tls: { ca }, sasl: as('scram-sha-512', () => secret) })
    await expect(byCertificate.applyTopics([topic])).rejects.toThrow()
    await expect(byPassword.applyTopics([topic])).rejects.toThrow()
    await Promise.all([copyFile(ca, paths.ca), copyFile(cert, paths.cert), copyFile(key, paths.key)])
    secret = password
    await byCertificate.applyTopics([topic])
    await byPassword.applyTopics([topic])
    await Promise.all([byCertificate.close(), byPassword.close()])
  })
}
