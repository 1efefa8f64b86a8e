import type { Caller } from '@vitrylo/auth'
import type { Sql } from '@vitrylo/pg'
import type { FieldFacts } from './types.ts'

export type FilterField = FieldFacts & {
  column: Sql
  /** Of money. */
  currency?: Sql
  /** The field of the record that it tells of, where that has another name: who is kept from that does not ask by this. */
  of?: string
  /** Of an id: whether the asker reaches what it names. To who does not, it is absent. */
  reached?(asker: Asker): Sql
  /** Of a text: what every row meets whose text holds the part, answered by an index; undefined where none helps. */
  contains?: (part: string) => Sql | undefined
}

export type FilterFields = Readonly<Record<string, FilterField>>

/** Records that belong to the one asked for: `opportunities.any(…)`. */
export type Relation = {
  /** Whose rights hold inside. */
  section: string
  fields: FilterFields
  /** `exists (select … and <where>)`, trimmed by what the asker may view. */
  exists(asker: Asker, where: Sql): Sql
}

/** Who asks, when and where: the caller decides what may be seen, the clock what `today` is. */
export type Asker = { caller: Caller; now: Date; timeZone: string }
