import type { RightsData } from '@vitrylo/auth'
import { invalid, type Violation } from '@vitrylo/errors'
import { dayOf, isDay } from '@vitrylo/lists'
import { sql, type Tx } from '@vitrylo/pg'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import { zoneOf } from '@vitrylo/service'
import { mailViolation } from '@vitrylo/service/mail-address.ts'
import { findStaffPosition, positionNamed } from '../position/staff-position-sql.ts'

/** The day of a branch as of now: its midnight ends it. */
export const dayAt = (data: RightsData, branchId: string, now: Date, zone: string): string => dayOf(now, zoneOf(data, branchId, zone))

/** Position and dates as they are stored; `changed` names what the caller wants otherwise. */
export async function settleEmployee(tx: Tx, next: Employee, changed: readonly string[], today: string): Promise<Employee> {
  const wrong = dateViolations(next, changed, today)
  const mail = changed.includes('email') && next.email !== undefined ? mailViolation(next.email, 'employee.email') : undefined
  if (mail !== undefined) wrong.push(mail)
  const [placed, unknown] = await positionOf(tx, next, changed)
  if (unknown !== undefined) wrong.push(unknown)
  if (wrong.length > 0) throw invalid(wrong)
  return { ...next, ...placed, disabled: next.disabled || (changed.includes('leftDate') && hasLeft(next, today)) }
}

export const hasLeft = ({ leftDate }: Employee, today: string): boolean => leftDate !== '' && leftDate < today

function dateViolations(next: Employee, changed: readonly string[], today: string): Violation[] {
  const { hiredDate, leftDate } = next
  const found: Violation[] = (['hiredDate', 'leftDate'] as const).flatMap((field) => (next[field] === '' || isDay(next[field]) ? [] : [{ field: `employee.${field}`, rule: 'format', description: 'is no day of the calendar' }]))
  if (found.length === 0 && hiredDate !== '' && leftDate !== '' && leftDate < hiredDate) found.push({ field: 'employee.leftDate', rule: 'range', description: 'is before the first day' })
  // Otherwise the sweep would undo it a moment later.
  if (changed.includes('disabled') && !changed.includes('leftDate') && !next.disabled && hasLeft(next, today)) {
    found.push({ field: 'employee.leftDate', rule: 'left', description: 'the last day of work is over: take it away or set another' })
  }
  return found
}

/** A name that the dictionary knows is that position; another is only written. */
async function positionOf(tx: Tx, next: Employee, changed: readonly string[]): Promise<[Partial<Employee>, Violation?]> {
  if (changed.includes('positionId') && next.positionId !== undefined) {
    const found = await findStaffPosition(tx, next.positionId, sql`for key share`)
    if (found === undefined || found.archived) return [{}, { field: 'employee.positionId', rule: 'reference', description: 'no such position, or it is archived' }]
    return [{ position: found.name!.uk }]
  }
  if (changed.includes('position')) {
    const found = next.position.trim() === '' ? undefined : await positionNamed(tx, next.position.trim(), next.positionId)
    return [{ positionId: found?.id, position: found?.name!.uk ?? next.position.trim() }]
  }
  return [changed.includes('positionId') ? { position: '' } : {}]
}
