import type { Caller, RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'

/** A row by fields: mapped, with defaults, trimmed; empty ones are left out. */
export type ImportRow = Readonly<Record<string, string>>

/** What a field of a violation names is a field of the kind; the engine tells it as the column of the file. */
export type Parsed<R> = { record: R } | { violations: Violation[] }

export type Planned<P> = { plan: P; outcome: 'created' | 'updated' } | { violations: Violation[] }

export type ImportContext = { caller: Caller; rights: RightsData; now: Date }

/** What can be imported. R is a record as parsed from a row, P is the same after a look into the database. */
export type ImportKind<R = any, P = any> = {
  /** `counterparty`. */
  name: string
  /** Section whose right to create is needed. */
  section: string
  fields: readonly string[]
  /** Pure: row -> record, or everything that is wrong with it. */
  parse(row: ImportRow, context: ImportContext): Parsed<R>
  /** Two records with one key are never planned together: the later one finds the earlier one saved. */
  keyOf(record: R): string | undefined
  /**
   * Decides for each record, in order, whether it is added, changed or refused (no right, unknown reference). Locks the
   * rows that will change. Also the whole of a dry run.
   */
  plan(tx: Tx, records: readonly R[], context: ImportContext): Promise<Planned<P>[]>
  /** Saves what was planned, with its events, in the same transaction. */
  save(tx: Tx, plans: readonly P[], context: ImportContext): Promise<void>
}
