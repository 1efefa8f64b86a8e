import { callerOfEmployee, sees } from '@vitrylo/auth'
import { on, type Handler } from '@vitrylo/events'
import { mailerOf } from '@vitrylo/mail'
import { BulkReadNoticedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { notify } from '../notification/notify.ts'

/** Tells those who manage sessions, where the reader is, that somebody has read more than is usual. */
export function bulkReadHandler({ rights, now, env }: Pick<Deps, 'rights' | 'now' | 'env'>): Handler {
  const mail = mailerOf(env) !== undefined
  return on(BulkReadNoticedEvent, async (tx, { bulkRead }) => {
    const { username, employeeId, branchId, integrationAccountId, records, threshold } = bulkRead!
    const data = rights.data()
    const account = [...data.integrations.values()].find(({ id }) => id === integrationAccountId)
    const who = account?.name ?? data.employees.get(employeeId ?? '')?.displayName ?? username
    const readers = [...data.employees.keys()].filter((id) => {
      const administrator = callerOfEmployee(data, id)
      return administrator !== undefined && sees(administrator, 'sessions', { branchId, ownerId: employeeId }, 'manage')
    })
    await notify(tx, { kind: 'bulk-read', title: `${who}: ${records} > ${threshold}` }, readers, { now: now(), mail })
  })
}
