import { AppError, invalid } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { NotificationsReadEvent } from '@vitrylo/proto/events.ts'
import { MailState, NotificationKind, type NotificationChoice, type NotificationSettings } from '@vitrylo/proto/vitrylo/directory/v1/notification.ts'
import type { NotificationServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/notification_service.ts'
import { mailerOf } from '@vitrylo/mail'
import type { Caller } from '@vitrylo/auth'
import type { Tx } from '@vitrylo/pg'
import { newId, noAccount, type Deps, type Handlers } from '@vitrylo/service'
import { addressOf, choicesOf, saveChoices } from '../notification/choice-sql.ts'
import { listNotifications, readAllNotifications, readNotification } from '../notification/notification-sql.ts'
import { employeeIdOf } from './employee-of-caller.ts'

export function notificationService({ pool, env }: Deps): Handlers<NotificationServiceServer> {
  const hasMail = mailerOf(env) !== undefined

  async function settingsOf({ employeeId }: Caller): Promise<NotificationSettings> {
    return { choices: await choicesOf(pool, employeeId), mail: await mailStateOf(employeeId) }
  }

  async function mailStateOf(employeeId: string | undefined): Promise<MailState> {
    if (!hasMail) return MailState.NOT_SET_UP
    const address = employeeId === undefined ? undefined : await addressOf(pool, employeeId)
    return address === undefined ? MailState.NO_ADDRESS : MailState.AVAILABLE
  }

  return {
    listNotifications: (request, { caller, now }) => listNotifications(pool, caller, request, now),
    readNotification: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        noAccount()
        const { notification, isNew } = await readNotification(tx, caller, id, now)
        if (isNew) await tellOthers(tx, caller, id, now)
        return notification
      }),
    readAllNotifications: (_request, { caller, now, transact }) =>
      transact(async (tx) => {
        noAccount()
        if ((await readAllNotifications(tx, caller, now)) > 0) await tellOthers(tx, caller, '', now)
        return {}
      }),
    getNotificationSettings: (_request, { caller }) => settingsOf(caller),
    setNotificationSettings: async ({ settings }, { caller, transact }) => {
      const employeeId = employeeIdOf(caller)
      assertChoices(settings!.choices, await mailStateOf(employeeId))
      return transact(async (tx) => {
        await saveChoices(tx, employeeId, settings!.choices)
        return { choices: await choicesOf(tx, employeeId), mail: await mailStateOf(employeeId) }
      })
    },
  }
}

/** Other windows of the same person. */
async function tellOthers(tx: Tx, { employeeId }: Caller, id: string, time: Date): Promise<void> {
  await appendOutbox(tx, [{ type: NotificationsReadEvent, key: employeeId!, id: newId(), revision: time.getTime(), data: { id }, recipients: [employeeId!], time }])
}

function assertChoices(choices: readonly NotificationChoice[], mail: MailState): void {
  const wrong = choices.flatMap(({ kind, inClient }, index) => {
    if (choices.findIndex((other) => other.kind === kind) !== index) return [{ field: `choices[${index}].kind`, rule: 'unique', description: 'is named twice' }]
    const isSilenced = kind === NotificationKind.MESSAGE && !inClient
    return isSilenced ? [{ field: `choices[${index}].inClient`, rule: 'choice', description: 'messages always come in the client' }] : []
  })
  if (wrong.length > 0) throw invalid(wrong)
  if (mail === MailState.AVAILABLE || choices.every(({ byMail }) => !byMail)) return
  throw new AppError('FAILED_PRECONDITION', 'MAIL_NOT_AVAILABLE', 'mail cannot be chosen: there is no mail server, or you have no address')
}
