import type { Caller, RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import type { Db, Pool, Tx } from '@vitrylo/pg'
import type { ColumnMapping } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import type { Conflict, Deeds, WithBeside } from './deeds.ts'
import type { Rules } from './rules.ts'
import type { Unique } from './unique.ts'

/** A row by fields: mapped, with defaults, trimmed; empty ones are left out. */
export type ImportRow = Readonly<Record<string, string>>

/** What a field of a violation names is a field of the kind; the engine tells it as the column of the file. */
export type Parsed<R> = { record: R } | { violations: Violation[] }

export type Outcome = 'created' | 'updated' | 'skipped'

/**
 * `again`: the row is one with another of the batch, so that it has to be planned once more when that one is saved;
 * `outcome` is what it will come to.
 */
export type Planned<P> = { plan: P; outcome: Outcome } | { again: true; outcome: Outcome } | { violations: Violation[] }

/** The first values of a column, empty ones left out. */
export type ValuesOf = (column: string) => readonly string[]

export type ImportContext = { caller: Caller; rights: RightsData; now: Date; rules: Rules; pool: Pool }

/** What can be imported. R is a record as parsed from a row, P is the same after a look into the database. */
export type ImportKind<R = any, P = any> = {
  /** `counterparty`. */
  name: string
  /** Section whose right to create is needed. */
  section: string
  fields: readonly string[]
  /** Fields of numbers with a part and of sums, which refuse what may be thousands. */
  figures?: readonly string[]
  /** Fields of days, and fields of times: a time without a zone is taken in that of the importer. */
  days?: readonly string[]
  times?: readonly string[]
  /** Where the people of the firm sit who have no calendar of their own. */
  zone?: string
  /** Fields whose cells hold several values, by `;`, `,` or `|`. */
  lists?: readonly string[]
  /** Custom fields that hold a file: no column can bring one. */
  files?: readonly string[]
  /** Names that columns go by elsewhere -> field; names in lower case, letters and digits only. */
  headers?: ReadonlyMap<string, string>
  /** The guess by names of columns, seen as a whole: what means one thing beside some columns and another beside others. */
  guessed?(mapping: readonly ColumnMapping[], columns: readonly string[], valuesOf: ValuesOf): ColumnMapping[]
  /** What rows may bring beside their record; taken back and named by this kind. */
  companion?: ImportKind
  /** By what a record can be known; without it by its external id, and then it is updated. */
  keys?: Keys
  /** Why the rules cannot be followed for this caller, in words; undefined where they can. Asked at the start and before every batch. */
  refusal?(caller: Caller, rules: Rules): string | undefined
  /** Pure: row -> record, or everything that is wrong with it. */
  parse(row: ImportRow, context: ImportContext): Parsed<R>
  /** A record by fields, as it would be stored. */
  show?(record: R, context: ImportContext): Readonly<Record<string, string>>
  /**
   * Whether a batch of these does not touch another one that shares no key with it: then, while rows are known by their external ids, it may be planned
   * and saved before the one before it is committed.
   */
  concurrent?(records: readonly R[]): boolean
  /** Values by which the record is known. Two records that share one are never planned together: the later one finds the earlier one saved. */
  keysOf(record: R, rules: Rules): readonly string[]
  /**
   * Decides for each record, in order, whether it is added, changed or refused (no right, unknown reference). Locks the
   * rows that will change. Also the whole of a dry run.
   */
  plan(tx: Tx, records: readonly R[], context: ImportContext): Promise<Planned<P>[]>
  /** What no two records may have beside what they are known by; judged between plan and save. */
  unique?: Unique<P>
  /** Saves what was planned, with its events, in the same transaction. Gives what it did if that can be taken back. */
  save(tx: Tx, plans: readonly P[], context: ImportContext): Promise<WithBeside | void>
  /** Takes it back where nobody changed it since, and says what stayed. `revisionOf`: what an undo before left behind. */
  undo?(tx: Tx, deeds: Deeds, context: UndoContext): Promise<Undone>
  /** Names of those of the records that the caller may see. */
  namesOf?(db: Db, caller: Caller, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** `alone`: what can be a key; `beside`: what can stand behind one. */
export type Keys = { alone: readonly string[]; beside: readonly string[] }

export type UndoContext = Omit<ImportContext, 'rules'> & {
  /** The revision that the import left: that of the deed, or that of a later deed that was taken back already. */
  revisionOf(id: string, own: number): number
}

export type Undone = { conflicts: Conflict[]; undone: number; revisions: ReadonlyMap<string, number> }
