import { within } from '@vitrylo/events'
import type { Logger } from 'pino'
import type { Stop } from './define.ts'

export type Phases = {
  /** `patienceMs`: how long it may take; what was added before it has to wait. */
  add(name: string, stop: Stop, patienceMs?: number): void
  run: Stop
  /** Aborted when the end begins. */
  signal: AbortSignal
}

type Started = { name: string; stop: Stop; patienceMs: number }

const PATIENCE_MS = 8_000

/** Ends what was started, last first; what fails or hangs does not keep the rest from ending. */
export function phases(log: Logger): Phases {
  const started: Started[] = []
  const ending = new AbortController()
  let running: Promise<void> | undefined
  const end = async ({ name, stop, patienceMs }: Started): Promise<void> => {
    const late = () => {
      throw new Error(`not stopped within ${patienceMs} ms`)
    }
    await within(patienceMs, stop(), late).catch((err) => log.warn({ err, phase: name }, 'a part did not stop cleanly'))
  }
  const run = async (): Promise<void> => {
    ending.abort()
    for (let phase = started.pop(); phase !== undefined; phase = started.pop()) await end(phase)
  }
  return {
    signal: ending.signal,
    add(name, stop, patienceMs = PATIENCE_MS) {
      // What was still on its way up when the end began has to go, too.
      if (ending.signal.aborted) void end({ name, stop, patienceMs })
      else started.push({ name, stop, patienceMs })
    },
    run: () => (running ??= run()),
  }
}
