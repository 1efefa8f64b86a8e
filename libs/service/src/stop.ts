import type { Logger } from 'pino'
import type { Stop } from './define.ts'

export type Phases = {
  add(name: string, stop: Stop): void
  run: Stop
  /** Aborted when the end begins. */
  signal: AbortSignal
}

const PATIENCE_MS = 8_000

/** Ends what was started, last first; what fails or hangs does not keep the rest from ending. */
export function phases(log: Logger): Phases {
  const started: { name: string; stop: Stop }[] = []
  const ending = new AbortController()
  let running: Promise<void> | undefined
  const end = async ({ name, stop }: { name: string; stop: Stop }): Promise<void> => {
    await within(PATIENCE_MS, stop()).catch((err) => log.warn({ err, phase: name }, 'a part did not stop cleanly'))
  }
  const run = async (): Promise<void> => {
    ending.abort()
    for (let phase = started.pop(); phase !== undefined; phase = started.pop()) await end(phase)
  }
  return {
    signal: ending.signal,
    add(name, stop) {
      // What was still on its way up when the end began has to go, too.
      if (ending.signal.aborted) void end({ name, stop })
      else started.push({ name, stop })
    },
    run: () => (running ??= run()),
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not stopped within ${ms} ms`)), ms)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
