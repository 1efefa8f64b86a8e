import { AppError } from '@vitrylo/errors'

/** Memory that several readers share: each takes what it needs and gives all of it back when it is done. */
export type Budget = { open(): { take(bytes: number): void; end(): void } }

/** One reader alone may have all of it; whoever comes too much is sent away and may come again, so that nobody waits for one who waits. */
export function createBudget(most: number): Budget {
  let held = 0
  return {
    open() {
      let own = 0
      return {
        take(bytes) {
          own += bytes
          held += bytes
          if (held > most && held > own) throw new AppError('RESOURCE_EXHAUSTED', 'WORKBOOKS_BUSY', 'another large workbook is being read; try again in a minute, or save it as CSV', { retryAfter: '60' })
        },
        end() {
          held -= own
          own = 0
        },
      }
    },
  }
}
