import type { Env } from './config.ts'
import type { ServiceDefinition } from './define.ts'
import { startService } from './start.ts'

/** Runs a service as a process of its own: SIGTERM and SIGINT end it in order, a second one at once. */
export async function run(definition: ServiceDefinition, env: Env): Promise<void> {
  const { address, stop } = await startService(definition, env)
  process.send?.({ ready: address })
  let asked = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1)
      asked = true
      stop().then(() => process.exit(0), () => process.exit(1))
    })
  }
}
