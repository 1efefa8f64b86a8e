import type { Sql, Tx } from '@vitrylo/pg'

/** Everybody and everything that is meant by one person. */
export type Subject = {
  kind: 'counterparty' | 'contact-person'
  id: string
  counterpartyIds: readonly string[]
  contactPersonIds: readonly string[]
  /** Interactions, opportunities and requests of theirs. */
  recordIds: readonly string[]
  /** Phones and mail addresses that are nobody else's; where a question was asked, never where something is kept. */
  channels?: readonly string[]
}

/** Columns that are not emptied, and values that others get. What a migration adds later is emptied without being named. */
type Emptying = {
  stays: readonly string[]
  set?: (subject: Subject) => Readonly<Record<string, Sql>>
  /** Beside emptied columns that are not empty: what makes a row one to be emptied. */
  dirty?: Sql
}

/**
 * A table that may hold data of a person. The file for the person holds whole rows, an erasure empties every column that is
 * not named: a new column is heeded in both without a word here. That no table is forgotten is a test over all databases.
 */
export type SubjectPlace = {
  /** Stable, for the file and the preview: `timeline`. */
  name: string
  table: string
  /** Which rows, under the alias t. */
  of: (subject: Subject) => Sql
  /**
   * Locked before an erasure begins, in the order in which places are erased: records, and before them the client that they name. Who writes
   * one meanwhile is waited for, and what they wrote (a file, say) is erased too; who comes later finds the client gone.
   */
  locked?: true
} & (
  | { treatment: 'delete' }
  | ({ treatment: 'empty' } & Emptying & {
      /** Tells others of rows that were emptied, by their ids. */
      told?: (tx: Tx, ids: readonly string[], now: Date) => Promise<void>
      /** What the rows stand for is removed, and they follow when that is done: a preview tells of them as removed. */
      goes?: true
      /** Section under which single rows are shared: the shares go with what they opened. */
      shared?: string
      /** Rows that somebody still works on, nameless then: a preview names them, so that they are closed first. */
      open?: { section: string; is: Sql }
    })
  /** `years`: then the rows are deleted. `days`: then they go by themselves. */
  | {
      treatment: 'keep'
      /** `others`: it is about others too. `look`: somebody else's text leads to the person; what it says only a human can judge. */
      reason: 'proof-of-consent' | 'others' | 'look' | 'expires'
      years?: number
      days?: number
      /** Records at which a human has to look. */
      look?: { section: string; id: Sql }
    }
) & {
    /** Repeats what stands elsewhere in a form for machines (keys, positions): it is erased, and left out of the file. */
    derived?: true
    /** Of its rows those that nobody is known for, and that are the person's by a phone or a mail address of the question: an erasure is given their ids. */
    unknown?: (subject: Subject) => Sql
    /** What the file shows of a row that holds others too, as jsonb. */
    shown?: (subject: Subject) => Sql
  }

/** All ids under which something of the person may come. */
export const idsOf = ({ counterpartyIds, contactPersonIds }: Subject): string[] => [...counterpartyIds, ...contactPersonIds]
