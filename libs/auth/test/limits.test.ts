// Who wins when groups differ, case by case; the random decisions beside it seldom come upon some of these.
// Seen failing: who hides no longer kept from writing (`hiding !== undefined` alone in decideField); `covers` without its scopes.
import { expect, test } from '@jest/globals'
import { callerOf, rightsData, type Cell, type FieldCell, type Scope } from '../src/index.ts'

const give = (action: string, scope: Scope): Cell => ({ section: 'things', action, scope })
const hide: FieldCell = { section: 'things', field: 'code', limit: 'hide' }
const readOnly: FieldCell = { ...hide, limit: 'read-only' }
const yields = (limit: FieldCell): FieldCell => ({ ...limit, yields: true })
type Group = { cells: Cell[]; limits?: FieldCell[] }

/** What is taken of the field from somebody in these groups: shown or not, written when new, written when there. */
function taken(...groups: Group[]): string {
  const names = groups.map((_group, n) => `group-${n}`)
  const data = rightsData({ employees: [], branches: [], groups: groups.map((group, n) => ({ name: names[n]!, ...group })) })
  const limits = callerOf(data, { subject: 's', username: 'm', groups: names, client: '', sessionId: undefined, expiresAt: 0 }).limits()
  if (limits?.hidden.get('things')?.has('code')) return 'hidden'
  const kept = ['create', 'change'].filter((action) => limits?.kept('things', action).has('code'))
  return kept.length === 0 ? 'free' : `not to ${kept.join(', ')}`
}

const all = { cells: [give('view', 'all'), give('create', 'all'), give('change', 'all')] }
const own = { cells: [give('view', 'own'), give('create', 'own'), give('change', 'own')] }

test.each<[string, Group[], string]>([
  ['no limit', [all], 'free'],
  ['a denial beats a wider group without it', [all, { ...own, limits: [hide] }], 'hidden'],
  ['a denial of a group that gives nothing holds', [all, { cells: [], limits: [readOnly] }], 'not to create, change'],
  ['hide beats read only', [{ ...all, limits: [readOnly] }, { ...own, limits: [hide] }], 'hidden'],
  ['one that yields holds where nobody else gives the records', [{ ...all, limits: [yields(hide)] }], 'hidden'],
  ['one that yields holds where others give fewer records', [{ ...all, limits: [yields(hide)] }, own], 'hidden'],
  ['one that yields falls away where all records are free', [{ ...own, limits: [yields(hide)] }, all], 'free'],
  ['one that yields falls away where the same records are free', [{ ...own, limits: [yields(hide)] }, own], 'free'],
  ['one that yields of a group that gives nothing takes nothing', [all, { cells: [], limits: [yields(hide)] }], 'free'],
  ['two that yield hold together', [{ ...own, limits: [yields(hide)] }, { ...all, limits: [yields(hide)] }], 'hidden'],
  ['seen by the leave of one group, it is not written by the right of another that hides it', [{ cells: [give('view', 'all')] }, { ...own, limits: [yields(hide)] }], 'not to create, change'],
  ['read only yields action by action', [{ ...all, limits: [yields(readOnly)] }, { cells: [give('change', 'all')] }], 'not to create'],
  ['a branch is not a department', [{ cells: [give('view', 'department')], limits: [yields(hide)] }, { cells: [give('view', 'branch')] }], 'hidden'],
])('%s', (_name, groups, expected) => {
  expect(taken(...groups)).toBe(expected)
  expect(taken(...groups.toReversed())).toBe(expected)
})
