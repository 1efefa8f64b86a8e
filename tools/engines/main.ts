// make test-engines: the tests that need a real Kafka or a real Keycloak. Arguments are test files, all of them by default.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { CannotFetch, whyNoJava } from './java.ts'
import { findKafka } from './kafka.ts'
import { findKeycloak } from './keycloak.ts'

const ROOT = new URL('../../', import.meta.url)
const FILES = [
  'libs/events/test/kafka.test.ts',
  'libs/events/test/kafka-topics.test.ts',
  'libs/events/test/kafka-security.test.ts',
  'tools/engines/test/trace.test.ts',
  'services/contacts/test/rebuild.test.ts',
  'tools/engines/test/kafka-kill.test.ts',
  'gateway/test/realm.test.ts',
  'gateway/test/keycloak.test.ts',
  'tools/engines/test/system.test.ts',
]

type Found<T> = { engine?: T; why: string }

/** What was found, or why there is none: its tests are counted as skipped then, under a name that tells. */
async function engine<T extends { how: string }>(name: string, find: () => Promise<T | undefined>): Promise<Found<T>> {
  const began = performance.now()
  try {
    const found = await find()
    if (found === undefined) return { why: (await whyNoJava()) ?? 'there is none' }
    console.log(`${name}: ${found.how}, ready after ${((performance.now() - began) / 1000).toFixed(1)} s`)
    return { engine: found, why: '' }
  } catch (error) {
    const why = (error as Error).message
    console.log(`${name}: ${why}`)
    // One that is here and does not start is a fault.
    if (!(error instanceof CannotFetch)) process.exitCode = 1
    return { why: why.split('\n')[0]! }
  }
}

// In one process: tests that measure seconds do not stand in each other's way.
async function jest(files: string[], env: Record<string, string>): Promise<number> {
  const quiet = ['ExperimentalWarning', 'TimeoutNegativeWarning'].map((warning) => `--disable-warning=${warning}`)
  const run = ['node_modules/jest/bin/jest.js', '--verbose', '--runInBand', '--runTestsByPath', ...files]
  const child = spawn(process.execPath, ['--experimental-vm-modules', ...quiet, ...run], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  return code ?? 1
}

const [{ engine: kafka, why: noKafka }, { engine: keycloak, why: noKeycloak }] = await Promise.all([engine('Kafka', findKafka), engine('Keycloak', findKeycloak)])
try {
  const code = await jest(process.argv.length > 2 ? process.argv.slice(2) : FILES, {
    ...(kafka ? { KAFKA_BROKERS: kafka.brokers, ...(kafka.secure && { KAFKA_SECURE: JSON.stringify(kafka.secure) }) } : { KAFKA_SKIP: noKafka }),
    ...(keycloak ? { KEYCLOAK_URL: keycloak.url, KEYCLOAK_ADMIN_PASSWORD: keycloak.adminPassword } : { KEYCLOAK_SKIP: noKeycloak }),
  })
  process.exitCode ||= code
} finally {
  await Promise.all([kafka?.stop(), keycloak?.stop()])
}
process.exit()
