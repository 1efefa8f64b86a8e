export type ItemQueue<T> = {
  push(item: T): void
  size(): number
  /** Takes no more; resolves when the running batch is done. */
  close(): Promise<void>
}

const RETRY_FIRST_MS = 200
const RETRY_LAST_MS = 5_000

/**
 * Hands items over in order, as batches, one batch at a time. The producer never waits: a manager that is not read
 * for 5 s closes the connection and loses events. A batch that fails is repeated until it is taken.
 */
export function createItemQueue<T>(
  take: (items: T[]) => Promise<void> | void,
  onError: (error: unknown) => void,
): ItemQueue<T> {
  let items: T[] = []
  let inHand = 0
  let closed = false
  let wake: (() => void) | undefined
  let running: Promise<void> | undefined

  async function run() {
    while (items.length > 0 && !closed) {
      const batch = items
      items = []
      inHand = batch.length
      await handOver(batch)
      inHand = 0
    }
    running = undefined
  }

  async function handOver(batch: T[]) {
    for (let waitMs = RETRY_FIRST_MS; !closed; waitMs = Math.min(waitMs * 2, RETRY_LAST_MS)) {
      try {
        return await take(batch)
      } catch (error) {
        onError(error)
        await pause(waitMs)
      }
    }
  }

  function pause(ms: number) {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref()
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    size: () => items.length + inHand,
    push(item) {
      if (closed) return
      items.push(item)
      // A batch is what one read of the socket brought, so it starts after the reader is through.
      running ??= Promise.resolve().then(run)
    },
    async close() {
      closed = true
      wake?.()
      await running
    },
  }
}
