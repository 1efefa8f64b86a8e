import type { Handler } from '@vitrylo/events'
import type { Contract } from '@vitrylo/proto/contract.ts'
import { appendLiveEvent } from './live-event-sql.ts'

/** How far back a browser may go on from. */
export const RETENTION_MS = 86_400_000

/** Takes every event that browsers may be shown into the gateway's own table. */
export function liveHandlers({ events }: Contract, now: () => number): Handler[] {
  return events
    .filter(({ live }) => live)
    .map(({ topic, type, section: own }) => ({
      topic,
      type,
      async handle(tx, { id, time, key, data, headers }) {
        // A new installation reads its topics from the beginning: nobody waits for last week's calls.
        if (Date.parse(time) < now() - RETENTION_MS) return
        const { section = own, branch = null, owner = null, recipients } = headers
        await appendLiveEvent(tx, {
          id,
          type,
          section,
          branchId: branch,
          ownerId: owner,
          recipients: recipients === undefined || recipients === '' ? null : recipients.split(','),
          payload: JSON.stringify({ id, type, time, key, data }),
        })
      },
    }))
}
