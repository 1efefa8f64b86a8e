import { isGiven, sees, sharesOf, type Caller } from '@vitrylo/auth'
import type { Db } from '@vitrylo/pg'
import type { RecordAccess } from '@vitrylo/proto/vitrylo/sharing/v1/sharing.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { fromWord } from '@vitrylo/proto/words.ts'

const ACTIONS = ['change', 'delete'] as const

type Shared = { id: string; branchId?: string | undefined; access?: RecordAccess | undefined }

/** A record that the caller sees, with what they may do with it: so that no page offers what is refused then. */
export async function withAccess<T extends Shared>(db: Db, caller: Caller, section: string, ownerId: string | undefined, record: T): Promise<T> {
  const place = { branchId: record.branchId || undefined, ownerId: ownerId || undefined }
  const own = ACTIONS.filter((action) => sees(caller, section, place, action))
  const share = own.includes('change')
  // Most do all of it by rights of their own: nothing is asked of the database for them.
  if (share) return { ...record, access: { actions: own.map(toAction), share, givenBy: '', untilTime: undefined } }
  const now = caller.now()
  const shares = (await sharesOf(db, section, record.id)).map((each) => ({ ...each, until: each.until?.getTime() }))
  const actions = ACTIONS.filter((action) => sees(caller, section, { ...place, shares }, action))
  const holders = caller.reach(section, 'view')?.parts.flatMap(({ sharedWith }) => sharedWith) ?? []
  const given = sees(caller, section, place) ? undefined : shares.find((each) => isGiven(each, holders, 'view', now))
  const untilTime = given?.until === undefined ? undefined : new Date(given.until)
  return { ...record, access: { actions: actions.map(toAction), share, givenBy: given?.givenBy ?? '', untilTime } }
}

const toAction = (word: string): Action => fromWord(Action, word)
