import { on, type Handler } from '@vitrylo/events'
import { exec, many, sql } from '@vitrylo/pg'
import { CustomFieldChangedEvent } from '@vitrylo/proto/events.ts'
import { enqueue, type Deps, type ServiceDefinition } from '@vitrylo/service'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { searchableFields, searchOf } from './search-text.ts'

const JOB = 'search-texts'
const STEP = 500

/** A field that is set aside, or taken up again, changes what records are found by. */
export const searchTextHandler: Handler = on(CustomFieldChangedEvent, async (tx, { customField: field }) => {
  if (field?.resource === 'counterparties' && field.searchable) await enqueue(tx, JOB, { name: field.name }, `${JOB}:${field.name}`)
})

/** Makes the texts anew of records that have a value there; who saves one meanwhile has made its text already. */
export function searchTextJobs({ pool, rights }: Deps): ReturnType<NonNullable<ServiceDefinition['jobs']>> {
  return {
    [JOB]: async (payload) => {
      const { name } = payload as { name: string }
      await rights.refresh()
      const searchable = searchableFields(rights.data())
      for (let after: string | null = null; ; ) {
        const rows: (CounterpartyRow & { own_search: string })[] = await many(
          pool,
          sql`select ${columns}, c.own_search from counterparty c
              where c.custom ? ${name} and (${after}::uuid is null or c.id > ${after}::uuid) order by c.id limit ${STEP}`,
        )
        const others = rows.map((row) => ({ ...row, text: searchOf(fromRow(row), searchable) })).filter(({ text, own_search: before }) => text !== before)
        if (others.length > 0) {
          await exec(
            pool,
            sql`update counterparty c set own_search = v.text
                from unnest(${others.map(({ id }) => id)}::uuid[], ${others.map(({ revision }) => revision)}::bigint[], ${others.map(({ text }) => text)}::text[]) v (id, revision, text)
                where c.id = v.id and c.revision = v.revision`,
          )
        }
        if (rows.length < STEP) return
        after = rows.at(-1)!.id
      }
    },
  }
}
