import { exec, many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import { NotificationKind, type NotificationChoice } from '@vitrylo/proto/vitrylo/directory/v1/notification.ts'
import { fromWord, wordOf, wordsOf } from '@vitrylo/proto/words.ts'

type Row = { kind: string; inClient: boolean; byMail: boolean }

/** One choice for every kind that there is. */
export async function choicesOf(db: Db, employeeId: string | undefined): Promise<NotificationChoice[]> {
  const rows = await many<Row>(db, sql`select kind, in_client as "inClient", by_mail as "byMail" from notification_choice where employee_id = ${employeeId ?? null}`)
  return wordsOf(NotificationKind).map((kind) => {
    const { inClient, byMail } = rows.find((row) => row.kind === kind) ?? { inClient: true, byMail: false }
    return { kind: fromWord(NotificationKind, kind), inClient, byMail }
  })
}

export async function saveChoices(tx: Tx, employeeId: string, choices: readonly NotificationChoice[]): Promise<void> {
  const column = <T>(value: (choice: NotificationChoice) => T): T[] => choices.map(value)
  await exec(
    tx,
    sql`insert into notification_choice (employee_id, kind, in_client, by_mail)
        select ${employeeId}, * from unnest(${column(({ kind }) => wordOf(NotificationKind, kind))}::text[], ${column(({ inClient }) => inClient)}::boolean[],
          ${column(({ byMail }) => byMail)}::boolean[])
        on conflict (employee_id, kind) do update set in_client = excluded.in_client, by_mail = excluded.by_mail`,
  )
}

export const addressOf = async (db: Db, employeeId: string): Promise<string | undefined> =>
  (await one<{ email: string | null }>(db, sql`select email from employee where id = ${employeeId}`))?.email ?? undefined
