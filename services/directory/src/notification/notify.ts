import { appendOutbox, type OutgoingEvent } from '@vitrylo/events'
import { many, sql, type Tx } from '@vitrylo/pg'
import { NotificationAddedEvent } from '@vitrylo/proto/events.ts'
import { NotificationKind, type HandoverGain, type Notification } from '@vitrylo/proto/vitrylo/directory/v1/notification.ts'
import { ImportEnding } from '@vitrylo/proto/vitrylo/imports/v1/import_ending.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import { enqueueAll } from '@vitrylo/service'

/** What somebody is told, in the words of the database. */
export type Notice = {
  kind: 'message' | 'request-assigned' | 'opportunity-assigned' | 'interaction-reminded' | 'bulk-read' | 'import-ended' | 'account-locked' | 'password-changed' | 'record-shared' | 'handover-received'
  title: string
  number?: string
  missedCall?: boolean
  counterpartyName?: string
  section?: string
  recordId?: string | undefined
  /** Of the record. */
  revision?: number
  branchId?: string | undefined
  /** Whose the record is, where it is not the reader's. */
  ownerId?: string | undefined
  dueAt?: Date | undefined
  senderId?: string | undefined
  messageId?: string
  mustRead?: boolean
  expiresAt?: Date | undefined
  importEnding?: ImportEnding
  gains?: readonly HandoverGain[]
}

export const MAIL_JOB = 'mail-notification'

// Readers named by one event: its header must stay small.
const MOST_READERS = 500

type Added = { id: string; employeeId: string; inClient: boolean; byMail: boolean }

/** Tells these employees, each where they chose; those who cannot sign in are left out. Gives how many there were. */
export async function notify(tx: Tx, notice: Notice, employeeIds: readonly string[], { now, mail }: { now: Date; mail: boolean }): Promise<number> {
  const added = await insertNotices(tx, notice, employeeIds, now)
  const inClient = added.filter((one) => one.inClient)
  const [only] = inClient
  const shown = toMessage(notice, now)
  const events: OutgoingEvent[] = []
  for (let at = 0; at < inClient.length; at += MOST_READERS) {
    const recipients = inClient.slice(at, at + MOST_READERS).map(({ employeeId }) => employeeId)
    const notification = { ...shown, id: inClient.length === 1 ? only!.id : '' }
    events.push({ type: NotificationAddedEvent, key: only!.id, revision: 1, data: { notification }, recipients, time: now })
  }
  await appendOutbox(tx, events)
  const mailed = mail ? added.filter(({ byMail }) => byMail) : []
  await enqueueAll(tx, MAIL_JOB, mailed.map(({ id }) => ({ id })))
  return added.length
}

function insertNotices(tx: Tx, n: Notice, employeeIds: readonly string[], now: Date): Promise<Added[]> {
  return many<Added>(
    tx,
    sql`with chosen as (
          select e.id, ${n.kind} = 'message' or coalesce(c.in_client, true) as in_client, coalesce(c.by_mail, false) as by_mail
          from employee e left join notification_choice c on c.employee_id = e.id and c.kind = ${n.kind}
          where e.id = any(${employeeIds}::uuid[]) and e.username is not null and not e.disabled
        ), added as (
          insert into notification (employee_id, kind, title, section, record_id, branch_id, owner_id, due_at, sender_id, message_id, must_read, in_client,
            created_at, expires_at, import_ending, number, missed_call, counterparty_name, gains, record_revision)
          select id, ${n.kind}, ${n.title}, ${n.section ?? ''}, ${n.recordId ?? null}::uuid, ${n.branchId ?? null}::uuid, case when ${n.recordId ?? null}::uuid is not null then coalesce(${n.ownerId ?? null}::uuid, id) end, ${n.dueAt ?? null}::timestamptz,
            ${n.senderId ?? null}::uuid, ${n.messageId ?? null}::uuid, ${n.mustRead ?? false}, in_client, ${now}, ${n.expiresAt ?? null}::timestamptz, ${n.importEnding === undefined ? null : JSON.stringify(ImportEnding.toJSON(n.importEnding))}::jsonb,
            ${n.number ?? ''}, ${n.missedCall ?? false}, ${n.counterpartyName ?? ''}, ${n.gains === undefined ? null : JSON.stringify(n.gains)}::jsonb, ${n.revision ?? 0}
          from chosen where in_client or by_mail order by id
          returning id, employee_id
        )
        select a.id, a.employee_id as "employeeId", c.in_client as "inClient", c.by_mail as "byMail" from added a join chosen c on c.id = a.employee_id`,
  )
}

const toMessage = ({ kind, title, number = '', missedCall = false, counterpartyName = '', section = '', recordId, dueAt, senderId, messageId, mustRead = false, importEnding, gains = [] }: Notice, now: Date): Notification => ({
  id: '',
  createTime: now,
  kind: fromWord(NotificationKind, kind),
  title,
  number,
  missedCall,
  counterpartyName,
  section,
  recordId: recordId ?? messageId,
  dueTime: dueAt,
  senderId,
  mustRead,
  readTime: undefined,
  importEnding,
  gains: [...gains],
})
