import { exec, many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import { OpportunityState, type Opportunity, type StageStay } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'

/** A stay to be written; without an end it is the present one. */
export type Stay = { opportunityId: string; stageId: string; state: OpportunityState; enterTime: Date; leaveTime?: Date }

/** Ends the present stay and begins the one that the opportunity is in now. */
export async function changeStay(tx: Tx, o: Opportunity, actorId: string | undefined): Promise<void> {
  const enterTime = o.closeTime ?? o.stageEnterTime!
  await exec(tx, sql`update stay set left_at = ${enterTime} where opportunity_id = ${o.id} and left_at is null`)
  await insertStays(tx, [{ opportunityId: o.id, stageId: o.stageId!, state: o.state, enterTime }], actorId)
}

/** Stands again as it did in `o`: the stay that it was in is the present one, and those behind it never were. */
export async function stayFrom(tx: Tx, o: Opportunity): Promise<void> {
  const enterTime = o.closeTime ?? o.stageEnterTime!
  const row = await one<{ id: number | null }>(
    tx,
    sql`select max(id) as id from stay where opportunity_id = ${o.id} and stage_id = ${o.stageId} and state = ${wordOf(OpportunityState, o.state)} and entered_at = ${enterTime}`,
  )
  // A history that was written anew meanwhile goes on from here.
  if (row?.id == null) return changeStay(tx, o, undefined)
  await exec(tx, sql`delete from stay where opportunity_id = ${o.id} and id > ${row.id}`)
  await exec(tx, sql`update stay set left_at = null where id = ${row.id}`)
}

export async function insertStays(tx: Tx, stays: readonly Stay[], actorId: string | undefined): Promise<void> {
  const column = (value: (stay: Stay) => unknown) => stays.map(value)
  await exec(
    tx,
    sql`insert into stay (opportunity_id, stage_id, state, entered_at, left_at, actor_id)
        select n.opportunity_id, n.stage_id, n.state, n.entered_at, n.left_at, ${actorId ?? null}::uuid
        from unnest(${column(({ opportunityId }) => opportunityId)}::uuid[], ${column(({ stageId }) => stageId)}::uuid[],
          ${column(({ state }) => wordOf(OpportunityState, state))}::text[], ${column(({ enterTime }) => enterTime)}::timestamptz[],
          ${column(({ leaveTime }) => leaveTime ?? null)}::timestamptz[])
          with ordinality as n (opportunity_id, stage_id, state, entered_at, left_at, ordinal)
        order by n.ordinal`,
  )
}

/** First to last. Who may see the opportunity is decided by the caller of this. */
export async function staysOf(db: Db, opportunityId: string): Promise<StageStay[]> {
  type Row = { stage_id: string; stage_name: string; state: string; entered_at: Date; left_at: Date | null; actor_id: string | null }
  const rows = await many<Row>(
    db,
    sql`select y.stage_id, s.name as stage_name, y.state, y.entered_at, y.left_at, y.actor_id
        from stay y join stage s on s.id = y.stage_id where y.opportunity_id = ${opportunityId} order by y.id`,
  )
  return rows.map(({ stage_id, stage_name, state, entered_at, left_at, actor_id }) => ({
    stageId: stage_id,
    stageName: stage_name,
    state: fromWord(OpportunityState, state),
    enterTime: entered_at,
    leaveTime: left_at ?? undefined,
    actorId: actor_id ?? '',
  }))
}
