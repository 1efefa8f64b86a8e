import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { AppError } from '@vitrylo/errors'
import { appendOutbox, within } from '@vitrylo/events'
import { mailerOf, type Mailer } from '@vitrylo/mail'
import { EmployeeInvitedEvent } from '@vitrylo/proto/events.ts'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import type { InviteEmployeeRequest, InviteEmployeeResponse } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { changedUnseen, oneOf, optional, timeZoneOf, whole, zoneOf, type Call, type Deps } from '@vitrylo/service'
import { assertMayInvite, managesRights } from '../integration/assert-may-give.ts'
import { lockEmployee, nextInvitation } from './employee-sql.ts'
import { invitationMail } from './invitation-mail.ts'
import { dayAt, hasLeft } from './settle-employee.ts'

const HOUR_MS = 3_600_000
/** Shorter than the gateway waits for an answer: the link is in it. */
const MAIL_MS = 3_000

/**
 * Makes links by which employees set their passwords.
 *
 * VITRYLO_INVITATION_URL: where the embedded issuer takes them, `https://crm.example.ua/realms/vitrylo/invitation`; unset where
 * another identity provider signs people in. VITRYLO_INVITATION_HOURS: how long one lives. VITRYLO_MAIL_LANGUAGE: of the letter.
 */
export function invitations({ env, rights, log }: Pick<Deps, 'env' | 'rights' | 'log'>) {
  const url = optional(env, 'VITRYLO_INVITATION_URL')
  const lifeMs = whole(env, 'VITRYLO_INVITATION_HOURS', 24) * HOUR_MS
  const language = oneOf(env, 'VITRYLO_MAIL_LANGUAGE', ['uk', 'en'] as const, 'uk')
  const [mailer, zone] = [mailerOf(env), timeZoneOf(env)]

  function assertInvitable(employee: Employee, callerId: string | undefined, now: Date): void {
    const { id, username, disabled, branchId } = employee
    // Whoever sits down at a screen left alone would have a password without knowing the present one.
    if (id === callerId) throw new AppError('FAILED_PRECONDITION', 'OWN_INVITATION', 'your own password you change yourself, in the menu of your name')
    if (username === undefined) throw new AppError('FAILED_PRECONDITION', 'USERNAME_MISSING', 'the employee has no name at sign-in; set one first')
    if (disabled || hasLeft(employee, dayAt(rights.data(), branchId, now, zone))) throw new AppError('FAILED_PRECONDITION', 'EMPLOYEE_DISABLED', 'the employee is disabled or has left; enable them first')
  }

  return async ({ id }: InviteEmployeeRequest, { caller, now, transact }: Call): Promise<InviteEmployeeResponse> => {
    const token = randomBytes(32).toString('base64url')
    const expireTime = new Date(now.getTime() + lifeMs)
    let invited = undefined as Employee | undefined
    // What is kept for a repeat is kept without the link, which nobody can be told again.
    const answer = await transact(async (tx) => {
      const employee = await lockEmployee(tx, caller, 'manage', id, '')
      if (url === undefined) throw elsewhere(optional(env, 'VITRYLO_OIDC_ISSUER'))
      assertInvitable(employee, caller.employeeId, now)
      await assertMayInvite(tx, caller, rights.data(), employee)
      changedUnseen(id, ['password'])
      const data = { employeeId: id, tokenHash: createHash('sha256').update(token).digest('hex'), expireTime, groups: employee.groups, branchId: employee.branchId }
      await appendOutbox(tx, [{ type: EmployeeInvitedEvent, key: id, revision: await nextInvitation(tx, id, !managesRights(caller), now), data, branchId: employee.branchId, ownerId: id }])
      invited = employee
      return { link: '', expireTime, mailed: false }
    })
    if (invited === undefined) throw new AppError('ABORTED', 'LINK_TOLD', 'the link was made, and the answer that held it is lost; make another, which ends this one', {})
    const link = `${url}/${token}`
    const { email } = invited
    if (mailer === undefined || email === undefined) return { ...answer, link }
    // At once and not by a job: what waits in a queue would hold the link.
    const mail = { id: randomUUID(), to: email, ...invitationMail({ link, expireTime, username: invited.username!, timeZone: zoneOf(rights.data(), invited.branchId, zone) }, language) }
    return { ...answer, link, mailed: await isTaken(mailer, mail, log) }
  }
}

/** Where Keycloak is the one who does it: in its console. */
function elsewhere(issuer = ''): AppError {
  const [, url, realm] = /^(.+)\/realms\/([^/]+)$/.exec(issuer) ?? []
  const console = url === undefined ? '' : `${url}/admin/${realm}/console/#/${realm}/users`
  return new AppError('FAILED_PRECONDITION', 'SIGN_IN_ELSEWHERE', `people sign in at Keycloak here, which sets their passwords and sends its own mails: Users, the user, Credentials, at ${console}`, { console })
}

function isTaken(mailer: Mailer, mail: Parameters<Mailer['send']>[0], log: Deps['log']): Promise<boolean> {
  const sent = mailer.send(mail).then(
    () => true,
    (error: { code?: string; responseCode?: number }) => {
      log.warn({ code: error.code, responseCode: error.responseCode }, 'an invitation was not mailed')
      return false
    },
  )
  return within(MAIL_MS, sent, () => false)
}
