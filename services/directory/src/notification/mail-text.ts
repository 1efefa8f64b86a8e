export type MailLanguage = 'uk' | 'en'

type Told = { kind: string; title: string; due_at: Date | null; sender: string | null }

const WORDS = {
  uk: {
    message: 'Повідомлення', 'request-assigned': 'Вам призначено звернення', 'opportunity-assigned': 'Вам передано угоду',
    'interaction-reminded': 'Нагадування', 'bulk-read': 'Масове читання даних', from: 'Від', due: 'Термін', open: 'Відкрити у Vitrylo', choose: 'Про що вам пише Vitrylo, можна змінити у сповіщеннях.',
  },
  en: {
    message: 'Message', 'request-assigned': 'A request is yours now', 'opportunity-assigned': 'An opportunity is yours now',
    'interaction-reminded': 'Reminder', 'bulk-read': 'Bulk reading of data', from: 'From', due: 'Due', open: 'Open in Vitrylo', choose: 'What Vitrylo writes to you about can be chosen in the notifications.',
  },
} as const

/** Subject and text of the mail that tells of something. */
export function mailText({ kind, title, due_at: dueAt, sender }: Told, language: MailLanguage, origin: string | undefined): { subject: string; text: string } {
  const words = WORDS[language]
  const head = words[kind as 'message']
  // A long text stands below, the subject only begins it.
  const subject = `${head}: ${title.split('\n', 1)[0]!.slice(0, 120)}`
  const lines = [
    title,
    '',
    sender === null ? undefined : `${words.from}: ${sender}`,
    dueAt === null ? undefined : `${words.due}: ${dueAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    origin === undefined ? undefined : `${words.open}: ${origin}/notifications`,
    '',
    words.choose,
  ]
  return { subject, text: lines.filter((line) => line !== undefined).join('\n') }
}
