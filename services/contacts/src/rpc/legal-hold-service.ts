import { AppError, invalid } from '@vitrylo/errors'
import type { LegalHoldServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/legal_hold_service.ts'
import { lockHolds, newId, type Deps, type Handlers } from '@vitrylo/service'
import { textViolations } from '../counterparty/complete-counterparty.ts'
import { endHold, insertHold, listHolds } from '../subject/hold-sql.ts'
import { findSubject } from '../subject/subject-of.ts'

export function legalHoldService({ pool }: Pick<Deps, 'pool'>): Handlers<LegalHoldServiceServer> {
  return {
    listLegalHolds: (request, call) => listHolds(pool, call, request),
    createLegalHold: ({ legalHold }, { caller, now, transact }) =>
      transact(async (tx) => {
        const { counterpartyId = '', contactPersonId = '', reason, untilTime } = legalHold!
        await lockHolds(tx)
        const { subject, place, erased } = await findSubject(tx, caller, 'manage', { counterpartyId, contactPersonId }, true)
        if (erased) throw new AppError('FAILED_PRECONDITION', 'ERASED', 'the person was erased; nothing but the id is known', { id: subject.id })
        const wrong = textViolations({ reason })
        if (reason.trim() === '') wrong.push({ field: 'legalHold.reason', rule: 'required', description: 'say why: number and day of the claim' })
        if (untilTime !== undefined && untilTime <= now) wrong.push({ field: 'legalHold.untilTime', rule: 'future', description: 'must be in the future; without it the hold goes on until somebody ends it' })
        if (wrong.length > 0) throw invalid(wrong)
        return insertHold(tx, { id: newId(), subject, place, reason: reason.trim(), until: untilTime, actor: caller.employeeId ?? '' }, caller, now)
      }),
    endLegalHold: ({ id }, { caller, now, transact }) => transact((tx) => endHold(tx, caller, id, now)),
  }
}
