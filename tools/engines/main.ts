import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findKafka } from './kafka.ts'

const ROOT = new URL('../../', import.meta.url)

/** Runs test files in a jest of their own, with the engine's address in the environment. */
async function jest(files: string[], env: Record<string, string>): Promise<boolean> {
  const quiet = ['ExperimentalWarning', 'TimeoutNegativeWarning'].map((warning) => `--disable-warning=${warning}`)
  const run = ['node_modules/jest/bin/jest.js', '--verbose', '--runTestsByPath', ...files]
  const child = spawn(process.execPath, ['--experimental-vm-modules', ...quiet, ...run], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  return code === 0
}

const kafka = await findKafka()
if (kafka === undefined) {
  console.log('SKIPPED: event bus on Kafka. Set KAFKA_BROKERS, or have a container engine, or java and mvn.')
} else {
  console.log(`event bus on Kafka: ${kafka.how}, ${kafka.brokers}`)
  const passed = await jest(['libs/events/test/kafka.test.ts'], { KAFKA_BROKERS: kafka.brokers }).finally(kafka.stop)
  if (!passed) process.exitCode = 1
}
