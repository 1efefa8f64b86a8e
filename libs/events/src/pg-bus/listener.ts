import { connectClient } from '@vitrylo/pg'
import { reasonOf } from '../log.ts'
import type { Log } from '../log.ts'
import { createBackoff, pause } from '../pause.ts'
import { createWaker } from '../waker.ts'

type ListenerOptions = { url: string; log: Log; onTopic(topic: string): void; onConnect(): void }

/** Keeps one connection that hears which topics have something new. What it misses while away, the poll finds. */
export function startListener({ url, log, onTopic, onConnect }: ListenerOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const gone = createWaker()
  const backoff = createBackoff(100, 5_000)

  const listen = async () => {
    const client = await connectClient(url, 'bus listener')
    try {
      client.on('end', gone.wake)
      client.on('notification', ({ payload }) => onTopic(payload ?? ''))
      await client.query('listen bus')
      backoff.reset()
      onConnect()
      if (!signal.aborted) await gone.wait()
    } finally {
      client.removeListener('end', gone.wake)
      await client.end().catch(() => {})
    }
  }

  const run = async () => {
    while (!signal.aborted) {
      await listen().catch((error: unknown) => log.warn(reasonOf(error), 'bus listener is away, polling goes on'))
      if (!signal.aborted) await pause(backoff.next(), signal)
    }
  }
  const running = run()

  return {
    async stop() {
      stopping.abort()
      gone.wake()
      await running
    },
  }
}
