import type { RightsData } from '@vitrylo/auth'
import type { Asker, ListRequest } from '@vitrylo/lists'

/** Of heads and words; people read one of them. */
export type Language = 'uk' | 'en'
export type Words = Readonly<Record<Language, string>>

/** `figure`: a whole number; `sum`: of money, with two places; `day`: `2026-11-23`; `time`: a moment, shown in the reader's zone. */
export type CellKind = 'text' | 'figure' | 'number' | 'sum' | 'day' | 'time'
/** Figures as texts keep every digit of a sum. Nothing is an empty cell. */
export type CellValue = string | number | Date | undefined

/** What a cell is put into words with. */
export type Reading = {
  language: Language
  rights: RightsData
  /** What the ids of the page name, by id, as far as the reader may see it. */
  names: ReadonlyMap<string, string>
}

export type TableColumn<R> = {
  head: Words
  /** Fields of the record that it tells of: where one is hidden from the reader there is no such column. */
  of: readonly string[]
  /** `text` unless it is said otherwise. */
  kind?: CellKind
  /** Of the column, in letters; by its kind unless it is said otherwise. */
  width?: number
  value: (record: R, reading: Reading) => CellValue
}

/** A list that can be taken out as a table for people. */
export type Table<R> = {
  section: string
  /** Type of the records in the contract: `vitrylo.contacts.v1.ContactPerson`. */
  typeName: string
  encode: (record: R) => Uint8Array
  /** Of the file and the sheet. */
  title: Words
  /** One page: records that the asker may see and export. */
  page: (asker: Asker, request: ListRequest) => Promise<{ records: R[]; nextPageToken: string }>
  columns: (rights: RightsData) => readonly TableColumn<R>[]
  names?: (asker: Asker, records: readonly R[]) => Promise<ReadonlyMap<string, string>>
}
