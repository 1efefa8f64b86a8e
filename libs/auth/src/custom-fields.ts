import { on, type Handler } from '@vitrylo/events'
import { exec, many, sql, type Pool } from '@vitrylo/pg'
import { CustomFieldChangedEvent } from '@vitrylo/proto/events.ts'
import { CustomFieldKind, type CustomField as Message } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import { wordOf } from '@vitrylo/proto/words.ts'

export type Label = { uk: string; en: string }

export type CustomKind = 'text' | 'number' | 'money' | 'date' | 'choice' | 'choices' | 'flag' | 'link' | 'file'

/** A field that an administrator has added to a kind of record. */
export type CustomField = {
  id: string
  resource: string
  name: string
  kind: CustomKind
  label: Label
  options: readonly { word: string; label: Label; archived: boolean }[]
  required: boolean
  unique: boolean
  defaultValue?: unknown
  /** Conditions of its section and its own; it is visible where all hold. */
  visibleWhen: readonly string[]
  sectionId?: string
  position: number
  searchable: boolean
  filterable: boolean
  archived: boolean
  linkTo: string
  /** Its values stand in no audit log, and whoever is shown one is named there. Absent in definitions of an older release. */
  sensitive?: boolean
}

/** Resource -> its custom fields, archived ones too, in the order of forms. */
export type CustomFields = ReadonlyMap<string, readonly CustomField[]>

/** A definition of the contract in the words that it is kept in. */
export const customFieldOf = (f: Message, sectionVisibleWhen: string): CustomField => ({
  id: f.id,
  resource: f.resource,
  name: f.name,
  kind: wordOf(CustomFieldKind, f.kind) as CustomKind,
  label: f.label!,
  options: f.options.map(({ word, label, archived }) => ({ word, label: label!, archived })),
  required: f.required,
  unique: f.unique,
  defaultValue: f.defaultValue ?? undefined,
  visibleWhen: [sectionVisibleWhen, f.visibleWhen].filter((text) => text !== ''),
  sectionId: f.sectionId,
  position: f.position,
  searchable: f.searchable,
  filterable: f.filterable,
  archived: f.archived,
  linkTo: f.linkTo,
  sensitive: f.sensitive,
})

/** Keeps a service's copy of the definitions in step with directory. */
export const customFieldHandlers: Handler[] = [
  on(CustomFieldChangedEvent, async (tx, { customField, sectionVisibleWhen }, { revision }) => {
    const field = customFieldOf(customField!, sectionVisibleWhen)
    await exec(
      tx,
      sql`insert into custom_field_copy (id, resource, field, revision) values (${field.id}, ${field.resource}, ${JSON.stringify(field)}, ${revision})
          on conflict (id) do update set field = excluded.field, revision = excluded.revision where custom_field_copy.revision < excluded.revision`,
    )
    await exec(tx, sql`update rights_version set version = version + 1`)
  }),
]

export async function loadCustomFields(pool: Pool): Promise<CustomFields> {
  const rows = await many<{ field: CustomField }>(
    pool,
    sql`select field from custom_field_copy order by (field ->> 'position')::int, field ->> 'name' collate "C"`,
  )
  return Map.groupBy(rows.map(({ field }) => field), ({ resource }) => resource)
}
