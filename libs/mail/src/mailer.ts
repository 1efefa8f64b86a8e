import { optional, refuse, required, urlOf, type Env } from '@vitrylo/service'
import { createTransport } from 'nodemailer'

export type Mail = {
  /** Of what the mail tells: one that is sent twice after a crash is recognised by it. */
  id: string
  to: string
  subject: string
  /** Plain text. */
  text: string
}

export type Mailer = { send(mail: Mail): Promise<void> }

const TIMEOUT_MS = 15_000

/**
 * The way out for mail; undefined where the installation has none.
 *
 * VITRYLO_SMTP_URL: `smtps://user@mail.example.ua:465`, or `smtp://…:587`, which is encrypted as soon as the server can.
 * VITRYLO_SMTP_PASSWORD(_FILE): of that user. VITRYLO_MAIL_FROM: `Vitrylo <crm@example.ua>`.
 */
export function mailerOf(env: Env): Mailer | undefined {
  if (optional(env, 'VITRYLO_SMTP_URL') === undefined) return undefined
  const url = new URL(urlOf(env, 'VITRYLO_SMTP_URL', ['smtps', 'smtp']))
  if (url.password !== '') refuse('VITRYLO_SMTP_URL', 'must not hold a password: it belongs into VITRYLO_SMTP_PASSWORD')
  const from = required(env, 'VITRYLO_MAIL_FROM')
  const isSecure = url.protocol === 'smtps:'
  const user = decodeURIComponent(url.username)
  const transport = createTransport({
    host: url.hostname,
    port: url.port === '' ? (isSecure ? 465 : 587) : Number(url.port),
    secure: isSecure,
    ...(user !== '' && { auth: { user, pass: required(env, 'VITRYLO_SMTP_PASSWORD') } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // What stands in a mail is text: a path or an address in it is never read.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? url.hostname
  return {
    async send({ id, to, subject, text }) {
      const headers = { 'Auto-Submitted': 'auto-generated' }
      await transport.sendMail({ from, to: { name: '', address: to }, subject: oneLine(subject), text, headers, messageId: `<${id}@${domain}>` })
    },
  }
}

// A break in a subject would be a header of its own.
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200)
