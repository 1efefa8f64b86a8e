import { may, sees, type Caller } from '@vitrylo/auth'
import { AppError, invalid, type Violation } from '@vitrylo/errors'
import { one, sql, type Tx } from '@vitrylo/pg'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import type { HandoverServiceServer, StartHandoverRequest } from '@vitrylo/proto/vitrylo/directory/v1/handover_service.ts'
import type { Handover, HandoverPart } from '@vitrylo/proto/vitrylo/directory/v1/handover.ts'
import { newId, partOf, type Deps, type Handlers } from '@vitrylo/service'
import { lockEmployee, updateEmployee } from '../employee/employee-sql.ts'
import { getHandover, insertHandover, listHandovers, runningHandover } from '../handover/handover-sql.ts'
import { keepingAdministrable } from '../group/administrable.ts'
import { KINDS, MOVED, RIGHTS, TO_NOBODY } from '../handover/kinds.ts'

export function handoverService(deps: Deps): Handlers<HandoverServiceServer> {
  const { pool } = deps
  return {
    getHandover: ({ id }, { caller }) => getHandover(pool, caller, id),
    listHandovers: (request, call) => listHandovers(pool, call, request),
    startHandover: (request, { caller, now, transact }) =>
      transact(async (tx) => {
        const { employeeId } = request
        const leaver = await lockEmployee(tx, caller, 'manage', employeeId, '')
        if (employeeId === caller.employeeId) throw new AppError('FAILED_PRECONDITION', 'OWN_HANDOVER', 'nobody hands over themselves; let another administrator do it')
        const running = await runningHandover(tx, employeeId)
        if (running !== undefined) throw new AppError('ALREADY_EXISTS', 'HANDOVER_RUNNING', 'this employee is being handed over already', { id: running.id })
        await assertMayMove(tx, caller, leaver)
        const parts = await settle(tx, caller, request)
        if (!leaver.disabled) await keepingAdministrable(tx, () => updateEmployee(tx, { ...leaver, disabled: true }, ['disabled'], now))
        return insertHandover(tx, { id: newId(), employeeId, branchId: leaver.branchId, parts }, caller, now)
      }),
    downloadHandoverReport: ({ id }, { caller }) => report(deps, getHandover(pool, caller, id)),
  }
}

/** What a hand-over moves, a caller without it could change one by one: it is no way around the rights on the records themselves. */
async function assertMayMove(tx: Tx, caller: Caller, { id, branchId }: Employee): Promise<void> {
  const sections = MOVED.filter((section) => !sees(caller, section, { branchId, ownerId: id }, 'change'))
  const answersFor = sql`select 1 as yes from integration_account where owner_id = ${id} and revoked_at is null limit 1`
  if (!may(caller, 'rights', 'manage') && (await one(tx, answersFor)) !== undefined) sections.push('rights')
  if (sections.length === 0) return
  throw new AppError('PERMISSION_DENIED', 'HANDOVER_RIGHTS', `you need the right to change what is handed over: ${sections.join(', ')}`, { sections: sections.join(',') })
}

/** A receiver for every kind, each of them somebody who works and is within the caller's reach. */
async function settle(tx: Tx, caller: Caller, { employeeId, receiverId, parts }: StartHandoverRequest): Promise<HandoverPart[]> {
  const wrong: Violation[] = parts.flatMap(({ kind, kept, choices, receiverId: receiverIdOf }, index) => {
    if (!KINDS.includes(kind)) return [{ field: `parts[${index}].kind`, rule: 'choice', description: `is one of ${KINDS.join(', ')}` }]
    if (RIGHTS.includes(kind) && (kept || choices.length > 0)) return [{ field: `parts[${index}].${kept ? 'kept' : 'choices'}`, rule: 'choice', description: 'what gives rights goes as a whole and does not stay' }]
    if (kept && (receiverIdOf !== undefined || choices.length > 0)) return [{ field: `parts[${index}].kept`, rule: 'choice', description: 'a kind that stays whole has no receiver and no choices' }]
    const ids = choices.flatMap(({ recordIds }) => recordIds)
    if (new Set(ids).size < ids.length) return [{ field: `parts[${index}].choices`, rule: 'unique', description: 'a record is named twice' }]
    return parts.findIndex((part) => part.kind === kind) === index ? [] : [{ field: `parts[${index}].kind`, rule: 'unique', description: 'is named twice' }]
  })
  const receivers = [{ field: 'receiverId', id: receiverId }, ...parts.flatMap(({ receiverId: id }, index) => (id === undefined ? [] : [{ field: `parts[${index}].receiverId`, id }])),
    ...parts.flatMap(({ choices }, index) => choices.flatMap(({ receiverId: id }, at) => (id === undefined ? [] : [{ field: `parts[${index}].choices[${at}].receiverId`, id }])))]
  for (const { field, id } of receivers) {
    const found = await one<{ branchId: string }>(tx, sql`select branch_id as "branchId" from employee where id = ${id} and not disabled for share`)
    const fits = found !== undefined && id !== employeeId && sees(caller, 'employees', { branchId: found.branchId, ownerId: id }, 'manage')
    if (!fits) wrong.push({ field, rule: 'reference', description: 'must be another employee who works and whom you manage' })
  }
  if (wrong.length > 0) throw invalid(wrong)
  return KINDS.map((kind) => {
    const { receiverId: chosen = receiverId, kept = false, choices = [] } = parts.find((part) => part.kind === kind) ?? {}
    return { kind, receiverId: kept || TO_NOBODY.includes(kind) ? undefined : chosen, moved: 0, done: false, kept, choices, receipts: [] }
  })
}

async function* report({ rights }: Deps, handover: Promise<Handover>): AsyncGenerator<HttpBody> {
  // Nothing else here writes files.
  const { csvLine } = await import('@vitrylo/imports')
  const { employeeId, actorId, createTime, finishTime, parts } = await handover
  const { employees } = rights.data()
  const nameOf = (id: string | undefined): string => employees.get(id ?? '')?.displayName ?? ''
  const head = ['employee', 'by', 'begun', 'finished', 'kind', 'receiver', 'moved', 'done', 'kept', 'records']
  const line = [nameOf(employeeId), nameOf(actorId), createTime!.toISOString(), finishTime?.toISOString() ?? '']
  const yes = (is: boolean): string => (is ? 'yes' : 'no')
  // What was chosen by the record stands below its kind, with the ids.
  const rows = parts.flatMap(({ kind, receiverId, moved, done, kept, choices }) => [
    [...line, kind, nameOf(receiverId), String(moved), yes(done), yes(kept), ''],
    ...choices.map(({ recordIds, receiverId: to }) => [...line, kind, nameOf(to), '', yes(done), yes(to === undefined), recordIds.join(' ')]),
  ])
  const text = [head, ...rows].map((cells) => csvLine(cells, ',')).join('')
  yield partOf('text/csv; charset=utf-8', Buffer.from(`\ufeff${text}`), 0) // the mark makes spreadsheet programs read it as UTF-8
}
