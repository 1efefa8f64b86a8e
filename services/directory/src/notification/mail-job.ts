import { mailerOf } from '@vitrylo/mail'
import { one, sql } from '@vitrylo/pg'
import { oneOf, optional, type Deps, type ServiceDefinition } from '@vitrylo/service'
import { MAIL_JOB } from './notify.ts'
import { mailText, type MailLanguage } from './mail-text.ts'

type Row = { id: string; kind: string; title: string; due_at: Date | null; sender: string | null; email: string | null }

type Jobs = ReturnType<NonNullable<ServiceDefinition['jobs']>>

/**
 * Sends what somebody wants by mail. The queue tries again until the server takes it; what was read meanwhile, or has
 * expired, is not sent any more.
 *
 * VITRYLO_MAIL_LANGUAGE: `uk` or `en`. VITRYLO_ORIGIN: how browsers reach the product, for the link.
 */
export function mailJobs({ pool, env, now }: Pick<Deps, 'pool' | 'env' | 'now'>): Jobs {
  const mailer = mailerOf(env)
  const language = oneOf(env, 'VITRYLO_MAIL_LANGUAGE', ['uk', 'en'] as const, 'uk') as MailLanguage
  const origin = optional(env, 'VITRYLO_ORIGIN')
  return {
    [MAIL_JOB]: async (payload) => {
      const { id } = payload as { id: string }
      const row = await one<Row>(
        pool,
        sql`select n.id, n.kind, n.title, n.due_at, s.display_name as sender, e.email
            from notification n join employee e on e.id = n.employee_id left join employee s on s.id = n.sender_id
            where n.id = ${id} and n.read_at is null and (n.expires_at is null or n.expires_at > ${now()}) and not e.disabled`,
      )
      if (!row?.email || mailer === undefined) return
      await mailer.send({ id, to: row.email, ...mailText(row, language, origin) })
    },
  }
}
