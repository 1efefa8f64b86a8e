import { mailerOf } from '@vitrylo/mail'
import { isUuid } from '@vitrylo/pg'
import { sharesHandler, type Deps } from '@vitrylo/service'
import { NOBODY } from '../notification/notification-sql.ts'
import { notify } from '../notification/notify.ts'

// A new installation of this release reads its topics from the beginning: nobody waits for last week's shares.
const FRESH_MS = 86_400_000

/**
 * Keeps who is let in to records of others, and tells whom somebody let in. What a hand-over passes on, and what a removed record
 * ends, comes without a place and tells nobody.
 */
export function shareHandler({ rights, now, env }: Pick<Deps, 'rights' | 'now' | 'env'>) {
  const mail = mailerOf(env) !== undefined
  return sharesHandler([], async (tx, { section, recordId, shares, changed }, { time, headers: { branch, owner } }) => {
    if ((branch ?? owner) === undefined || Date.parse(time) < now().getTime() - FRESH_MS) return
    const { employees } = rights.data()
    for (const { givenBy, holder } of shares.filter(({ holder: one }) => changed.some(({ holder: other, added }) => added && other === one))) {
      const members = employees.has(holder) ? [holder] : [...employees.values()].filter(({ groups }) => groups.includes(holder)).map(({ id }) => id)
      const readers = members.filter((id) => id !== givenBy && id !== owner)
      // The name is no business of ours: it is read with the record, by whoever may see it by then.
      const notice = { kind: 'record-shared', title: '', section, recordId, branchId: branch, ownerId: owner ?? NOBODY, senderId: isUuid(givenBy) ? givenBy : undefined } as const
      await notify(tx, notice, readers, { now: now(), mail })
    }
  })
}
