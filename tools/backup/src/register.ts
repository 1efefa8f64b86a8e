import { connectClient, deleteNaming, sql } from '@vitrylo/pg'

/** A person who was erased: ids and nothing else. */
export type ErasedPerson = {
  id: string
  kind: string
  request_id: string
  counterparty_ids: string[]
  contact_person_ids: string[]
  record_ids: string[]
  erased_at: string
}

const COLUMNS = 'id, kind, request_id, counterparty_ids, contact_person_ids, record_ids, erased_at'

/** Everybody whom any of the databases knows as erased, each once. */
export async function readRegister(urls: readonly string[]): Promise<ErasedPerson[]> {
  const found = new Map<string, ErasedPerson>()
  for (const url of urls) {
    const rows = await inDatabase(url, 'erased_subject', async (client) => {
      const { rows } = await client.query<ErasedPerson>(`select ${COLUMNS} from erased_subject order by id`)
      return rows
    })
    for (const row of rows) found.set(row.id, joined(found.get(row.id), row))
  }
  return [...found.values()]
}

const union = (a: readonly string[] = [], b: readonly string[]): string[] => [...new Set([...a, ...b])]

/** One service may know more records of the person than another. */
const joined = (known: ErasedPerson | undefined, row: ErasedPerson): ErasedPerson => ({
  ...row,
  counterparty_ids: union(known?.counterparty_ids, row.counterparty_ids),
  contact_person_ids: union(known?.contact_person_ids, row.contact_person_ids),
  record_ids: union(known?.record_ids, row.record_ids),
})

/**
 * Enters the persons into restored databases that do not know them as erased, and takes them out of the log of the bus and of
 * what waits to be published. The services carry the rest out before they are ready; entered again it changes nothing. Gives
 * how many were new to some database.
 */
export async function enterRegister(urls: readonly string[], register: readonly ErasedPerson[]): Promise<number> {
  const fresh = new Set<string>()
  const asked: string[] = []
  for (const url of urls) {
    asked.push(...(await inDatabase(url, 'subject_request', async (client) => {
      const { rows } = await client.query<{ id: string }>('select id from subject_request where subject_id = any($1::uuid[])', [register.map(({ id }) => id)])
      return rows.map(({ id }) => id)
    })))
    const ids = await inDatabase(url, 'erased_subject', async (client) => {
      const { rows } = await client.query<{ id: string }>(
        `insert into erased_subject (${COLUMNS}, applied_at)
         select ${COLUMNS}, null from jsonb_to_recordset($1::jsonb) as r (id uuid, kind text, request_id uuid, counterparty_ids uuid[], contact_person_ids uuid[], record_ids uuid[], erased_at timestamptz)
         on conflict (id) do nothing returning id`,
        [JSON.stringify(register)],
      )
      return rows.map(({ id }) => id)
    })
    for (const id of ids) fresh.add(id)
  }
  const named = [...register.flatMap((one) => [...one.counterparty_ids, ...one.contact_person_ids, ...one.record_ids]), ...asked]
  // In the order of the way: nothing is published any more of what the log has lost already.
  for (const table of ['outbox', 'dead_letter', 'bus_log'] as const) for (const url of urls) await inDatabase(url, table, (client) => forget(client, table, named))
  return fresh.size
}

type Client = Awaited<ReturnType<typeof connectClient>>

/** Facts that directory has not taken yet stay: the audit log would miss them. It empties what they hold when it takes them. */
const FACTS = {
  outbox: { key: { name: 'id', type: 'bigint' }, where: sql`not starts_with(t.topic, 'vitrylo.audit.')` },
  dead_letter: { key: { name: 'id', type: 'bigint' }, where: sql`true` },
  bus_log: {
    key: { name: 'id', type: 'uuid' },
    where: sql`(not starts_with(t.topic, 'vitrylo.audit.') or t.seq <= (select p.seq from bus_position p where p.group_name = 'directory' and p.topic = t.topic))`,
  },
} as const

/**
 * Events that name one of the ids: in their key, in their headers, or in what they tell. Nothing runs: no reader is passed by. The whole register in one pass: which of
 * its persons the log has lost already nobody can tell, for it may be older than the databases.
 */
async function forget(client: Client, table: keyof typeof FACTS, ids: readonly string[]): Promise<never[]> {
  await client.query('begin')
  await deleteNaming(client, { table, ...FACTS[table], text: sql`concat_ws(' ', t.key, t.headers::text, t.data::text)` }, ids)
  await client.query('commit')
  return []
}

/** Databases of other programs, and of releases without the register, have nothing to say. */
async function inDatabase<T>(url: string, table: string, work: (client: Client) => Promise<T[]>): Promise<T[]> {
  const client = await connectClient(url, 'register')
  try {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table])
    return rows[0]?.there ? await work(client) : []
  } finally {
    await client.end()
  }
}
