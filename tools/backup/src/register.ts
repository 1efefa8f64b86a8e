import { connectClient } from '@vitrylo/pg'

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
    const rows = await inDatabase(url, async (client) => {
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
 * Enters the persons into restored databases that do not know them as erased. The services carry it out before they are
 * ready; entered again it changes nothing. Gives how many were new to some database.
 */
export async function enterRegister(urls: readonly string[], register: readonly ErasedPerson[]): Promise<number> {
  const fresh = new Set<string>()
  for (const url of urls) {
    const ids = await inDatabase(url, async (client) => {
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
  return fresh.size
}

type Client = Awaited<ReturnType<typeof connectClient>>

/** Databases of other programs, and of releases without the register, have nothing to say. */
async function inDatabase<T>(url: string, work: (client: Client) => Promise<T[]>): Promise<T[]> {
  const client = await connectClient(url, 'register')
  try {
    const { rows } = await client.query<{ there: boolean }>(`select to_regclass('erased_subject') is not null as there`)
    return rows[0]?.there ? await work(client) : []
  } finally {
    await client.end()
  }
}
