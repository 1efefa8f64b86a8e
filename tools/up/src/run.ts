import { Refusal } from './refusal.ts'
import { loadSettings } from './settings.ts'
import { up } from './up.ts'

const stops: (() => void | Promise<void>)[] = []
let abandon = (): void => {}
let ending = false

async function end(code: number): Promise<never> {
  if (ending) {
    abandon() // asked twice, or failing while ending: nothing is waited for
    process.exit(code || 1)
  }
  ending = true
  for (const stop of stops.reverse()) {
    await Promise.resolve()
      .then(stop)
      .catch((error: unknown) => console.error(error))
  }
  process.exit(code)
}

process.on('SIGINT', () => void end(0))
process.on('SIGTERM', () => void end(0))
process.on('uncaughtException', (error) => {
  console.error(error)
  void end(1)
})

try {
  const registry = { add: (stop: () => void | Promise<void>) => void stops.push(stop), onAbandon: (now: () => void) => void (abandon = now) }
  await up(loadSettings(process.env), registry, (line) => console.log(line))
} catch (error) {
  if (!ending) {
    console.error(error instanceof Refusal ? error.message : error)
    await end(1)
  }
}
