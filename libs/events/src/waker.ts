export type Waker = { wake(): void; wait(ms?: number): Promise<void> }

/** A bell for one waiter. A ring while nobody waits is remembered, many rings count once. */
export function createWaker(): Waker {
  let rung = false
  let resume: (() => void) | undefined
  return {
    wake() {
      rung = true
      resume?.()
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
          resume = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rung = false
      resume = undefined
    },
  }
}
