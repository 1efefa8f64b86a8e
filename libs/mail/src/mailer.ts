import { optional, refuse, required, secretsOf, urlOf, type Env } from '@vitrylo/service'
import { createTransport, type Transporter } from 'nodemailer'

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
 * VITRYLO_SMTP_URL: `smtps://user@mail.example.ua:465`, or `smtp://user@…:587`, which must offer STARTTLS; without a user it is
 * encrypted where the server can. VITRYLO_SMTP_PASSWORD(_FILE): of that user, read anew for every mail. VITRYLO_MAIL_FROM: `Vitrylo <crm@example.ua>`.
 */
export function mailerOf(env: Env): Mailer | undefined {
  if (optional(env, 'VITRYLO_SMTP_URL') === undefined) return undefined
  const url = new URL(urlOf(env, 'VITRYLO_SMTP_URL', ['smtps', 'smtp']))
  if (url.password !== '') refuse('VITRYLO_SMTP_URL', 'must not hold a password: it belongs into VITRYLO_SMTP_PASSWORD')
  const from = required(env, 'VITRYLO_MAIL_FROM')
  const isSecure = url.protocol === 'smtps:'
  const user = decodeURIComponent(url.username)
  const passwords = user === '' ? undefined : secretsOf(env, 'VITRYLO_SMTP_PASSWORD')
  const transport = (): Transporter => createTransport({
    host: url.hostname,
    port: url.port === '' ? (isSecure ? 465 : 587) : Number(url.port),
    secure: isSecure,
    // Whoever sits between could take the offer of encryption out, and read the password.
    ...(passwords !== undefined && { requireTLS: !isSecure, auth: { user, pass: passwords()[0]! } }),
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
      const mail = { from, to: { name: '', address: to }, subject: oneLine(subject), text, headers, messageId: `<${id}@${domain}>` }
      await transport().sendMail(mail).catch(tellBare)
    },
  }
}

type Refused = { code?: string; responseCode?: number }

/** The server's own words name the address, and whoever calls writes into the log why it failed. */
function tellBare({ code, responseCode }: Refused): never {
  throw Object.assign(new Error(`the mail did not leave: ${[code, responseCode].filter(Boolean).join(' ')}`), { code, responseCode })
}

// A break in a subject would be a header of its own.
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200)
