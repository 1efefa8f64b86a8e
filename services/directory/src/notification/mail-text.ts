import type { HandoverGain } from '@vitrylo/proto/vitrylo/directory/v1/notification.ts'
import { ImportState } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { ImportEnding } from '@vitrylo/proto/vitrylo/imports/v1/import_ending.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import type { Named } from './named-to.ts'

export type MailLanguage = 'uk' | 'en'

type Told = Named & { kind: string; due_at: Date | null; sender: string | null; import_ending?: unknown; gains?: readonly HandoverGain[] | null }

const WORDS = {
  uk: {
    message: 'Повідомлення', 'request-assigned': 'Вам призначено звернення', 'opportunity-assigned': 'Вам передано угоду',
    'interaction-reminded': 'Нагадування', 'bulk-read': 'Масове читання даних', 'account-locked': 'Хтось добирає пароль до вашого облікового запису з адреси', 'password-changed': 'Ваш пароль змінено (якщо не ви, повідомте адміністратора) з адреси', 'import-ended': 'Імпорт', 'record-shared': 'Вам відкрили запис', 'handover-received': 'Вам передано справи', call: 'Дзвінок', missedCall: 'Пропущений дзвінок', done: 'завершено', failed: 'не вдалося', paused: 'призупинено', dryRun: 'перевірка, нічого не збережено',
    rows: 'Рядків', created: 'Додано', updated: 'Оновлено', skipped: 'Пропущено', refused: 'Відхилено', from: 'Від', due: 'Строк', open: 'Відкрити у Vitrylo', choose: 'Про що вам пише Vitrylo, можна змінити у сповіщеннях.',
  },
  en: {
    message: 'Message', 'request-assigned': 'A request is yours now', 'opportunity-assigned': 'An opportunity is yours now',
    'interaction-reminded': 'Reminder', 'bulk-read': 'Bulk reading of data', 'account-locked': 'Somebody is guessing your password, from', 'password-changed': 'Your password was changed (if it was not you, tell your administrator), from', 'import-ended': 'Import', 'record-shared': 'A record was shared with you', 'handover-received': 'Work handed over to you, from', call: 'Call', missedCall: 'Missed call', done: 'done', failed: 'failed', paused: 'paused', dryRun: 'a check, nothing was saved',
    rows: 'Rows', created: 'Added', updated: 'Updated', skipped: 'Passed over', refused: 'Refused', from: 'From', due: 'Due', open: 'Open in Vitrylo', choose: 'What Vitrylo writes to you about can be chosen in the notifications.',
  },
} as const

/** What is handed over. */
const KINDS = {
  uk: {
    counterparties: 'Контрагенти', caretakers: 'Відповідальність за напрями', interactions: 'Заплановані контакти', 'counterparty-shares': 'Контрагенти, відкриті окремо', opportunities: 'Відкриті угоди',
    'opportunity-shares': 'Угоди, відкриті окремо', requests: 'Незакриті звернення', 'request-shares': 'Звернення, відкриті окремо', departments: 'Керівництво відділами', 'saved-filters': 'Збережені фільтри',
    delegations: 'Кого заступаєте', 'integration-accounts': 'Інтеграції',
  },
  en: {
    counterparties: 'Counterparties', caretakers: 'Responsibility for a purpose', interactions: 'Planned interactions', 'counterparty-shares': 'Counterparties shared one by one', opportunities: 'Open opportunities',
    'opportunity-shares': 'Opportunities shared one by one', requests: 'Open requests', 'request-shares': 'Requests shared one by one', departments: 'Heading departments', 'saved-filters': 'Saved filters',
    delegations: 'Whom you stand in for', 'integration-accounts': 'Integrations',
  },
} as const

/** As a reader writes it: `22 листопада 2026 р. о 10:00`. `timeZone`: of the reader's branch. */
export const momentOf = (at: Date, language: MailLanguage, timeZone: string): string =>
  new Intl.DateTimeFormat(language === 'uk' ? 'uk-UA' : 'en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at)

/** Subject and text of the mail that tells of something. */
export function mailText({ kind, due_at: dueAt, sender, import_ending: ending, gains, ...named }: Told, { language, timeZone }: { language: MailLanguage; timeZone: string }, origin: string | undefined): { subject: string; text: string } {
  const words = WORDS[language]
  const title = named.title || ofCall(named, words)
  const head = words[kind as 'message'] ?? words.message
  // A long text stands below, the subject only begins it.
  const subject = title === '' ? head : `${head}: ${title.split('\n', 1)[0]!.slice(0, 120)}`
  const lines = [
    title,
    '',
    ...endingLines(ending, language),
    ...(gains ?? []).map(({ kind, count }) => `${KINDS[language][kind as 'requests'] ?? kind}: ${count}`),
    sender === null ? undefined : `${words.from}: ${sender}`,
    dueAt === null ? undefined : `${words.due}: ${momentOf(dueAt, language, timeZone)}`,
    origin === undefined ? undefined : `${words.open}: ${origin}/notifications`,
    '',
    words.choose,
  ]
  return { subject, text: lines.filter((line) => line !== undefined).join('\n') }
}

/** Of a request that nobody has given a subject: whose call it was. With a dash: a name would have to be declined. */
function ofCall({ number, missedCall, counterpartyName }: Named, { call, missedCall: missed }: { call: string; missedCall: string }): string {
  return missedCall || counterpartyName ? `${missedCall ? missed : call} — ${counterpartyName || number}` : number
}

/** How an import ended, in words and figures. */
function endingLines(stored: unknown, language: MailLanguage): string[] {
  if (stored === null || stored === undefined) return []
  const words = WORDS[language]
  const { state, dryRun, rows, created, updated, skipped, failed } = ImportEnding.fromJSON(stored)
  const head = words[wordOf(ImportState, state) as 'done']
  const figures = [[words.rows, rows], [words.created, created], [words.updated, updated], [words.skipped, skipped], [words.refused, failed]] as const
  return [dryRun ? `${head} (${words.dryRun})` : head, ...figures.map(([name, count]) => `${name}: ${count}`)]
}
