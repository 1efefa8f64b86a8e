// make test-engines: the tests that need a real Kafka or a real Keycloak. Arguments are test files, all of them by default.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { whyNoJava } from './java.ts'
import { findKafka } from './kafka.ts'
import { findKeycloak } from './keycloak.ts'

const ROOT = new URL('../../', import.meta.url)
const FILES = [
  'libs/events/test/kafka.test.ts',
  'libs/events/test/kafka-topics.test.ts',
  'libs/events/test/kafka-security.test.ts',
  'services/contacts/test/rebuild.test.ts',
  'tools/engines/test/kafka-kill.test.ts',
  'gateway/test/realm.test.ts',
  'gateway/test/keycloak.test.ts',
  'tools/engines/test/system.test.ts',
]

/** Tells what is tried, and gives what was found or the reason why there is none. */
async function engine<T extends { how: string }>(name: string, find: () => Promise<T | undefined>): Promise<T | undefined> {
  const began = performance.now()
  const found = await find().catch((error: Error) => void console.log(`${name} could not be started: ${error.message}`))
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (found) console.log(`${name}: ${found.how}, ready after ${seconds} s`)
  return found ?? undefined
}

/** Its tests are counted as skipped, under a name that tells why. */
const reason = async (): Promise<string> => (await whyNoJava()) ?? 'it did not start'

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

const [kafka, keycloak] = await Promise.all([engine('Kafka', findKafka), engine('Keycloak', findKeycloak)])
const why = kafka && keycloak ? '' : await reason()
try {
  process.exitCode = await jest(process.argv.length > 2 ? process.argv.slice(2) : FILES, {
    ...(kafka ? { KAFKA_BROKERS: kafka.brokers, ...(kafka.secure && { KAFKA_SECURE: JSON.stringify(kafka.secure) }) } : { KAFKA_SKIP: why }),
    ...(keycloak ? { KEYCLOAK_URL: keycloak.url, KEYCLOAK_ADMIN_PASSWORD: keycloak.adminPassword } : { KEYCLOAK_SKIP: why }),
  })
} finally {
  await Promise.all([kafka?.stop(), keycloak?.stop()])
}
process.exit()
