import type { Logger } from 'pino'
import type { Stop } from './define.ts'

/** Ends what was started, last first; what fails or hangs does not keep the rest from ending. */
export function phases(log: Logger): { add(name: string, stop: Stop): void; run: Stop } {
  const started: { name: string; stop: Stop }[] = []
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    for (const { name, stop } of started.reverse()) {
      await within(8_000, stop()).catch((err) => log.warn({ err, phase: name }, 'a part did not stop cleanly'))
    }
  }
  return { add: (name, stop) => void started.push({ name, stop }), run: () => (running ??= run()) }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not stopped within ${ms} ms`)), ms)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
