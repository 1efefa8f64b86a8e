import { exec, one, sql, type Db } from '@vitrylo/pg'

export type LinkFacts = {
  state: 'connecting' | 'up' | 'down' | 'refused' | 'disabled'
  since: Date
  lastError: string
  serverVersion: string
  clockOffsetMs: number
  events: number
}

/** What the process that holds the link says of it; every process can read it. */
export const saveLink = (db: Db, pbxId: string, link: LinkFacts) =>
  exec(
    db,
    sql`insert into pbx_link (pbx_id, state, since, last_error, server_version, clock_offset_ms, events)
        select ${pbxId}, ${link.state}, ${link.since}, ${link.lastError}, ${link.serverVersion}, ${link.clockOffsetMs}, ${link.events}
        where exists (select 1 from pbx where id = ${pbxId})
        on conflict (pbx_id) do update set state = excluded.state, since = excluded.since, last_error = excluded.last_error,
          server_version = excluded.server_version, clock_offset_ms = excluded.clock_offset_ms, events = excluded.events`,
  )

/** Clock of the exchange minus ours, as measured last. */
export async function clockOffsetOf(db: Db, pbxId: string): Promise<number> {
  const row = await one<{ offset: number }>(db, sql`select clock_offset_ms as offset from pbx_link where pbx_id = ${pbxId}`)
  return row?.offset ?? 0
}
