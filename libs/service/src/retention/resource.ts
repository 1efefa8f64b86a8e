import type { Caller } from '@vitrylo/auth'
import type { Asker, ListDefinition } from '@vitrylo/lists'
import type { Sql, Tx } from '@vitrylo/pg'

/** Records of one kind whose time may be over. */
export type Reached = {
  from: Sql
  /** The alias in it under which the records are. */
  row: Sql
  /** Old enough, and within the rights of the asker; without the filter of the rule. */
  where: Sql
  /** What keeps records all the same, by the word that says why: `open-case`. Of the rest the rule takes all. */
  holds?: Readonly<Record<string, Sql>>
  id: Sql
  name: Sql
  /** Since when the time counts; it has an index. */
  since: Sql
}

/** What rules can be made for, and what becomes of a record whose time is over. */
export type RetentionResource = {
  /** As in the path of its list: `opportunities`. */
  name: string
  /** Field of the record that a preview names it by; hidden from somebody, it is not told them. */
  nameField: string
  /** The law, or somebody's claim, may ask for them so long; no rule takes them sooner. */
  leastMonths?: number
  /** What a filter may ask for. */
  list: (caller: Caller) => ListDefinition
  reach: (asker: Asker, before: Sql) => Reached
  /** Gives how many it has really taken: less than it was given, where somebody else was quicker. */
  take: (tx: Tx, ids: readonly string[], taking: Taking) => Promise<number>
}

/** With the rights of the rule's author. */
export type Taking = { ruleName: string; caller: Caller; now: Date }
