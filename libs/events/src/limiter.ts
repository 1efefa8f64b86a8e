/** Lets at most `max` tasks run at once; the others wait their turn without a deadline. */
export function createLimiter(max: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = max
  const waiting: (() => void)[] = []
  return async (task) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve)) // the one who leaves hands its place over
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
