import type { Logger } from 'pino'

export type Stopping = { add(part: string, stop: () => Promise<void>): void; run(): Promise<void> }

const PATIENCE_MS = 8_000

/** Ends what was started, last first; what fails or hangs does not keep the rest from ending. */
export function createStopping(log: Logger): Stopping {
  const parts: { part: string; stop: () => Promise<void> }[] = []
  let running: Promise<void> | undefined
  const stopAll = async (): Promise<void> => {
    for (const { part, stop } of parts.reverse()) {
      await within(PATIENCE_MS, stop()).catch((err: unknown) => log.warn({ err, part }, 'a part did not stop cleanly'))
    }
  }
  return { add: (part, stop) => void parts.push({ part, stop }), run: () => (running ??= stopAll()) }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not stopped within ${ms} ms`)), ms)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
