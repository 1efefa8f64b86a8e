import { overlaid } from '@vitrylo/custom'
import { joinCustom, joinText, type Rules } from '@vitrylo/imports'
import { DecisionRole, type ContactPerson, type Position } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { together } from '../merge/merge.ts'
import { joinChannels } from './join-row.ts'
import type { PersonField, PersonInRow } from './parse-person.ts'

type Known = Exclude<Rules['known'], 'skip'>

/** A known person with what a row says, by the rules. What the row leaves empty stays; a place that they do not have yet is added. */
export function joinPerson(current: ContactPerson, { person, title, role }: PersonInRow, counterpartyId: string, fields: ReadonlySet<PersonField>, known: Known): ContactPerson {
  const next = { ...current }
  const either = (own: string, given: string): string => (known === 'update' ? given || own : own || given)
  if (fields.has('displayName')) next.displayName = joinText(current.displayName, person.displayName, known)
  if (fields.has('channels')) next.channels = known === 'merge' ? together(current.channels, person.channels) : joinChannels(current.channels, person.channels, known)
  if (fields.has('birthday')) next.birthday = either(current.birthday, person.birthday)
  if (fields.has('note')) next.note = joinText(current.note, person.note, known, { addsUp: true })
  if (fields.has('externalId')) next.externalId = either(current.externalId, person.externalId)
  if (fields.has('custom') && person.custom !== undefined) next.custom = known === 'update' ? overlaid(current.custom, person.custom) : joinCustom(current.custom, person.custom, known)
  if (fields.has('positions')) next.positions = places(current.positions, { counterpartyId, title, decisionRole: role }, known)
  return next
}

function places(own: readonly Position[], given: Position, known: Known): Position[] {
  if (!own.some(({ counterpartyId }) => counterpartyId === given.counterpartyId)) return [...own, given]
  return own.map((place) => (place.counterpartyId === given.counterpartyId ? samePlace(place, given, known) : place))
}

function samePlace(own: Position, given: Position, known: Known): Position {
  const isSaid = given.decisionRole !== DecisionRole.UNSPECIFIED
  const takes = isSaid && (known === 'update' || own.decisionRole === DecisionRole.UNSPECIFIED)
  return { ...own, title: joinText(own.title, given.title, known), decisionRole: takes ? given.decisionRole : own.decisionRole }
}
