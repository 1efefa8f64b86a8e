import type { FieldCell } from '@vitrylo/auth'
import { exec, many, sql, type Db, type Tx } from '@vitrylo/pg'
import { FieldLimitKind, type FieldLimit } from '@vitrylo/proto/vitrylo/directory/v1/field_limit.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import { newId } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = { section: string; field: string; kind: string; yields: boolean; from_at: Date | null; until_at: Date | null }

/** What a group takes away of fields, in one order. Who may see the group is asked before. */
export async function fieldLimitsOf(db: Db, groupId: string): Promise<FieldLimit[]> {
  const rows = await many<Row>(
    db,
    sql`select l.section, l.field, l.kind, l.yields, l.from_at, l.until_at from field_limit l
        where l.group_id = ${groupId} order by l.section, l.field, l.kind, l.id`,
  )
  return rows.map(({ section, field, kind, yields, from_at: from, until_at: until }) => ({
    section, field, limit: fromWord(FieldLimitKind, kind), yields, fromTime: from ?? undefined, untilTime: until ?? undefined,
  }))
}

/** Takes the place of all that were there. */
export async function replaceFieldLimits(tx: Tx, groupId: string, limits: readonly FieldCell[]): Promise<void> {
  await exec(tx, sql`delete from field_limit where group_id = ${groupId}`)
  const rows = limits.map(({ section, field, limit, yields, from, until }) => ({
    id: newId(), section, field, kind: limit, yields: yields === true, from_at: from ?? null, until_at: until ?? null,
  }))
  await explained(
    exec(
      tx,
      sql`insert into field_limit (id, group_id, section, field, kind, yields, from_at, until_at)
          select id, ${groupId}::uuid, section, field, kind, yields, from_at, until_at
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, section text, field text, kind text, yields boolean,
            from_at timestamptz, until_at timestamptz)`,
    ),
  )
}
