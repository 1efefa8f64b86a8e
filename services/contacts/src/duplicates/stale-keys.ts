import { exec, many, one, sql, type Db } from '@vitrylo/pg'
import { allPositions, fromPersonRow, type PersonRow } from '../contact-person/contact-person-row.ts'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { saveKeys } from './match-sql.ts'
import { savePersonKeys } from './person-match-sql.ts'

const PART = 500
const FIRST = '00000000-0000-0000-0000-000000000000'
const EVER = '-infinity'

/** Clocks of processes differ, and a transaction may save what its clock read some time before. */
const OVERLAP = sql`interval '1 hour'`

/** A record behind which the next part begins, in the order of the indexes of what was changed last. */
type Place = { updated_at: Date | string; id: string }

/**
 * Makes the keys of living records that have none, or those of an older state: after an upgrade, and where a process of the
 * release before saved them. What was not changed since the last look is not read again.
 */
export async function refreshStaleKeys(db: Db): Promise<void> {
  // By the clock of the database: one that is ahead would leave out what others save.
  const { now, since: last } = (await one<{ now: string; since: string | null }>(db, sql`select clock_timestamp()::text as now, (select seen_at - ${OVERLAP} from match_keys_seen)::text as since`))!
  const since = last ?? EVER
  await refreshCounterpartyKeys(db, since)
  for (let from: Place | undefined = { updated_at: since, id: FIRST }; from !== undefined; from = await refreshPersons(db, from));
  await exec(
    db,
    sql`insert into match_keys_seen (seen_at) values (${now}::timestamptz)
        on conflict (only_row) do update set seen_at = excluded.seen_at`,
  )
}

/** Of counterparties changed since; of all, if no moment is given. */
export async function refreshCounterpartyKeys(db: Db, since: string = EVER, signal?: AbortSignal): Promise<void> {
  for (let from: Place | undefined = { updated_at: since, id: FIRST }; from !== undefined; from = await refreshCounterparties(db, from)) signal?.throwIfAborted()
}

async function refreshCounterparties(db: Db, { updated_at, id }: Place): Promise<Place | undefined> {
  const rows = await many<CounterpartyRow>(
    db,
    sql`select ${columns} from counterparty c left join counterparty_match m on m.counterparty_id = c.id
        where c.deleted_at is null and (c.updated_at, c.id) > (${updated_at}::timestamptz, ${id}::uuid) and m.revision is distinct from c.revision
        order by c.updated_at, c.id limit ${PART}`,
  )
  await saveKeys(db, rows.map(fromRow))
  return rows.length === PART ? rows.at(-1) : undefined
}

async function refreshPersons(db: Db, { updated_at, id }: Place): Promise<Place | undefined> {
  const rows = await many<PersonRow>(
    db,
    sql`select p.id, p.display_name, p.channels, p.birthday, p.note, p.external_id, p.revision, p.created_at, p.updated_at,
          coalesce(${allPositions}, '[]') as positions, null::uuid as branch_id, null::uuid as responsible_id
        from contact_person p left join contact_person_match m on m.person_id = p.id
        where (p.updated_at, p.id) > (${updated_at}::timestamptz, ${id}::uuid) and m.revision is distinct from p.revision
        order by p.updated_at, p.id limit ${PART}`,
  )
  await savePersonKeys(db, rows.map(fromPersonRow))
  return rows.length === PART ? rows.at(-1) : undefined
}
