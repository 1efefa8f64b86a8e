import { scopeOf } from '@vitrylo/auth'
import { withCustom } from '@vitrylo/custom'
import { sql, type Tx } from '@vitrylo/pg'
import { newId, type RetentionResource, type Taking } from '@vitrylo/service'
import { active } from '../consent/consent-row.ts'
import { counterpartyList } from '../counterparty/counterparty-list.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import { deleteInteraction, interactionList, interactionScope, lockInteraction } from '../interaction/interaction-sql.ts'
import { eraseSubject } from '../subject/erase-subject.ts'
import { heldCounterparty, heldInteraction } from '../subject/hold-sql.ts'
import { insertRequest, saveErasing } from '../subject/request-sql.ts'
import { findSubject } from '../subject/subject-of.ts'

/** Persons who were not in contact for so long are erased, as a request of theirs would have it. */
const persons: RetentionResource = {
  name: 'counterparties',
  nameField: 'displayName',
  list: (caller) => withCustom(counterpartyList, caller, 'counterparties', 'c.'),
  reach({ caller, now }, before) {
    // How long another system had the record says nothing of our silence: it counts from when the record came here.
    const since = sql`greatest(coalesce(c.last_contact_at, c.created_at), c.entered_at)`
    const where = sql`c.kind = 'person' and c.erased_at is null and ${since} < ${before} and ${scope(caller, 'view')}
      and ${scopeOf(caller, 'privacy', 'delete', { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })}
      and not exists (select from party_alias a where a.merged_id = c.id)`
    const holds = {
      consent: sql`exists (select from consent w where w.counterparty_id = c.id and ${active})`,
      'open-case': sql`exists (select from related_record k where k.counterparty_id = c.id and k.open)`,
      hold: heldCounterparty(sql`c.id`, now),
    }
    return { from: sql`counterparty c`, row: sql`c`, where, holds, id: sql`c.id`, name: sql`c.display_name`, since }
  },
  async take(tx, ids, taking) {
    let taken = 0
    for (const id of ids) if (await erasePerson(tx, id, taking)) taken++
    return taken
  },
}

async function erasePerson(tx: Tx, id: string, { ruleName, caller, now }: Taking): Promise<boolean> {
  const { subject, place, erased } = await findSubject(tx, caller, 'delete', { counterpartyId: id, contactPersonId: '' }, true)
  if (erased) return false
  const requestId = newId()
  const actor = caller.employeeId ?? ''
  await insertRequest(tx, { id: requestId, kind: 'erasure', subject, place, ground: ruleName, actor }, now)
  await saveErasing(tx, requestId, subject, await eraseSubject(tx, subject, { requestId, actorId: actor, place }, now), now)
  return true
}

/** Those held or cancelled so long ago are deleted. */
const interactions: RetentionResource = {
  name: 'interactions',
  nameField: 'subject',
  list: () => interactionList,
  reach: ({ caller, now }, before) => ({
    holds: { hold: heldInteraction(now) },
    from: sql`interaction i`, row: sql`i`, where: sql`i.state <> 'planned' and i.starts_at < ${before} and ${interactionScope(caller, 'delete')}`,
    id: sql`i.id`, name: sql`i.subject`, since: sql`i.starts_at`,
  }),
  async take(tx, ids, { caller, now }) {
    for (const id of ids) await deleteInteraction(tx, await lockInteraction(tx, caller, 'delete', id), caller, now)
    return ids.length
  },
}

export const retained: readonly RetentionResource[] = [persons, interactions]
