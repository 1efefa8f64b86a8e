import type { Caller } from '@vitrylo/auth'
import { AppError, invalid, type Violation } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { Consent, ConsentPurpose } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { ConsentServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/consent_service.ts'
import { newId, type Deps, type Handlers } from '@vitrylo/service'
import { findConsentPurpose, getConsentPurpose } from '../consent/consent-purpose-sql.ts'
import { activeConsents, employeeOf, endConsent, getConsent, insertConsent, isWithdrawnSince, listConsents } from '../consent/consent-sql.ts'
import { textViolations } from '../counterparty/complete-counterparty.ts'
import { assertNotDeleted, lockCounterparty } from '../counterparty/counterparty-sql.ts'

const MINUTE_MS = 60_000

export function consentService({ pool }: Pick<Deps, 'pool'>): Handlers<ConsentServiceServer> {
  return {
    getConsent: ({ id }, { caller }) => getConsent(pool, caller, id),
    listConsents: (request, call) => listConsents(pool, call, request),
    createConsent: ({ consent }, { caller, now, transact }) =>
      transact(async (tx) => {
        // Under this lock entries of one purpose come one after the other, and a merge waits.
        const party = await lockParty(tx, caller, consent!.counterpartyId)
        assertNotDeleted(party)
        const purpose = await findConsentPurpose(tx, consent!.purposeId)
        const next = entered({ ...consent!, id: newId() }, purpose, party, caller, now)
        const wrong = violationsOf(next, purpose, now)
        if (wrong.length > 0) throw invalid(wrong)
        const holding = await activeConsents(tx, party.id, next.purposeId)
        const same = holding.find(({ version }) => version >= next.version)
        const saved = { ...next, active: !(await isWithdrawnSince(tx, next)) }
        // What does not hold itself, entered late, ends nothing that holds.
        return same ?? insertConsent(tx, saved, saved.active ? holding : [], purpose!, placeOf(party), caller, now)
      }),
    withdrawConsent: ({ id, source, withdrawTime, evidence }, { caller, now, transact }) =>
      transact(async (tx) => {
        const known = await getConsent(tx, caller, id)
        const party = await lockParty(tx, caller, known.counterpartyId)
        const current = await getConsent(tx, caller, id)
        if (current.withdrawTime !== undefined) return current
        if (current.supersedeTime !== undefined) throw new AppError('FAILED_PRECONDITION', 'CONSENT_SUPERSEDED', 'a later consent of this purpose holds; take that one back', { id })
        const ended = { ...current, active: false, withdrawTime: withdrawTime ?? now, withdrawSource: source, withdrawEvidence: evidence.trim(), withdrawActorId: employeeOf(caller) }
        const wrong = withdrawalViolations(ended, now)
        if (wrong.length > 0) throw invalid(wrong)
        return endConsent(tx, ended, await getConsentPurpose(tx, ended.purposeId), placeOf(party), caller, now)
      }),
  }
}

const lockParty = (tx: Tx, caller: Caller, id: string): Promise<Counterparty> => lockCounterparty(tx, caller, 'change', id)

const placeOf = ({ branchId, responsibleId }: Counterparty) => ({ branchId, ownerId: responsibleId })

/** As it is stored; the text agreed to is the present one, where another one is not named. */
const entered = (given: Consent, purpose: ConsentPurpose | undefined, party: Counterparty, caller: Caller, now: Date): Consent => ({
  ...given,
  createTime: now, counterpartyName: party.displayName, version: given.version || (purpose?.version ?? 0), giveTime: given.giveTime ?? now,
  evidence: given.evidence.trim(), actorId: employeeOf(caller), withdrawTime: undefined, withdrawSource: 'CONSENT_SOURCE_UNSPECIFIED', withdrawEvidence: '',
  withdrawActorId: '', supersedeTime: undefined, active: true,
})

function violationsOf(c: Consent, purpose: ConsentPurpose | undefined, now: Date): Violation[] {
  const found = textViolations({ evidence: c.evidence })
  if (purpose === undefined || purpose.archived) found.push({ field: 'purposeId', rule: 'reference', description: 'no such purpose' })
  else if (c.version > purpose.version) found.push({ field: 'version', rule: 'reference', description: 'no such version of the text' })
  if (isLater(c.giveTime!, now)) found.push({ field: 'giveTime', rule: 'notFuture', description: 'has not come yet' })
  return found
}

function withdrawalViolations(c: Consent, now: Date): Violation[] {
  const found = textViolations({ evidence: c.withdrawEvidence })
  if (isLater(c.withdrawTime!, now)) found.push({ field: 'withdrawTime', rule: 'notFuture', description: 'has not come yet' })
  if (c.withdrawTime! < c.giveTime!) found.push({ field: 'withdrawTime', rule: 'beforeStart', description: 'is before the consent' })
  return found
}

const isLater = (time: Date, now: Date): boolean => time.getTime() > now.getTime() + MINUTE_MS
