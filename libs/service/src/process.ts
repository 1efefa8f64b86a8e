import type { Stop } from './define.ts'
import { isStoreAway, reasonOf } from './patiently.ts'
import { Refusal } from './settings.ts'

/** Gives how to end what it started; nothing when it is done. */
export type Command = (signal: AbortSignal, args: readonly string[]) => Promise<Stop | undefined | void>

/**
 * Runs one command of a program to the end of the process: SIGTERM and SIGINT end it in order, a second one at once. What
 * refuses the start is one sentence on stderr and status 1; only a fault of the code shows its stack.
 */
export async function runProcess(name: string, commands: Readonly<Record<string, Command>>, args: readonly string[]): Promise<never> {
  const [asked = 'serve', ...rest] = args
  const ending = new AbortController()
  const asleep = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve(), { once: true }))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending.signal.aborted) process.exit(1)
      ending.abort()
    })
  }
  try {
    const command = Object.hasOwn(commands, asked) ? commands[asked] : undefined
    if (command === undefined) throw new Refusal(`there is no command ${asked}, only ${Object.keys(commands).join(', ')}`)
    const stop = await command(ending.signal, rest)
    if (stop !== undefined) {
      await asleep
      await stop()
    }
  } catch (error) {
    if (!ending.signal.aborted) {
      console.error(sentenceOf(name, error) ?? error)
      process.exit(1)
    }
  }
  process.exit(0)
}

/** What a person can mend; undefined for a fault of the code, which needs its stack. */
function sentenceOf(name: string, error: unknown): string | undefined {
  if (error instanceof Refusal) return `${name} does not start: ${error.message}`
  return isStoreAway(error) ? `${name} ends: the database (VITRYLO_DATABASE_URL) does not answer: ${reasonOf(error)}` : undefined
}
