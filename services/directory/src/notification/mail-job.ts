import { callerOfEmployee, type Share } from '@vitrylo/auth'
import { mailerOf } from '@vitrylo/mail'
import { one, sql } from '@vitrylo/pg'
import type { HandoverGain } from '@vitrylo/proto/vitrylo/directory/v1/notification.ts'
import { oneOf, optional, timeZoneOf, zoneOf, type Deps, type ServiceDefinition } from '@vitrylo/service'
import { mailText, type MailLanguage } from './mail-text.ts'
import { namedTo } from './named-to.ts'
import { isOpenTo, nameOf, sharesColumn } from './notification-sql.ts'
import { MAIL_JOB } from './notify.ts'

type Row = { id: string; kind: string; title: string; number: string; missed_call: boolean; counterparty_name: string; due_at: Date | null; sender: string | null; email: string | null; employee_id: string; reader_branch_id: string; section: string; branch_id: string | null; owner_id: string | null; import_ending: unknown; gains: HandoverGain[] | null; shares: Share[] | null }

type Jobs = ReturnType<NonNullable<ServiceDefinition['jobs']>>

/**
 * Sends what somebody wants by mail. The queue tries again until the server takes it; what was read meanwhile, has
 * expired, or went out of the reader's reach, is not sent any more.
 *
 * VITRYLO_MAIL_LANGUAGE: `uk` or `en`. VITRYLO_ORIGIN: how browsers reach the product, for the link.
 */
export function mailJobs({ pool, rights, env, now }: Pick<Deps, 'pool' | 'rights' | 'env' | 'now'>): Jobs {
  const mailer = mailerOf(env)
  const language = oneOf(env, 'VITRYLO_MAIL_LANGUAGE', ['uk', 'en'] as const, 'uk') as MailLanguage
  const origin = optional(env, 'VITRYLO_ORIGIN')
  const zone = timeZoneOf(env)
  return {
    [MAIL_JOB]: async (payload) => {
      const { id } = payload as { id: string }
      const row = await one<Row>(
        pool,
        sql`select n.id, n.kind, n.title, n.number, n.missed_call, n.counterparty_name, n.due_at, s.display_name as sender, e.email, n.employee_id, e.branch_id as reader_branch_id, n.section, n.branch_id, n.owner_id, n.import_ending, n.gains, ${sharesColumn}
            from notification n join employee e on e.id = n.employee_id left join employee s on s.id = n.sender_id
            where n.id = ${id} and n.read_at is null and (n.expires_at is null or n.expires_at > ${now()}) and not e.disabled`,
      )
      if (!row?.email || mailer === undefined) return
      // A mail may wait for hours, or leave before the copy of the rights has moved: what its reader may know is judged now.
      await rights.refresh()
      const reader = callerOfEmployee(rights.data(), row.employee_id)
      if (reader === undefined || !isOpenTo(reader, row)) return
      await mailer.send({ id, to: row.email, ...mailText({ ...row, ...namedTo(reader, row.section, nameOf(row)) }, { language, timeZone: zoneOf(rights.data(), row.reader_branch_id, zone) }, origin) })
    },
  }
}
