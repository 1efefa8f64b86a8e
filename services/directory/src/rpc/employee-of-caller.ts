import type { Caller } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'

/** What is a person's own needs a person. */
export function employeeIdOf({ employeeId }: Caller): string {
  if (employeeId !== undefined) return employeeId
  throw new AppError('FAILED_PRECONDITION', 'NO_EMPLOYEE', 'only an employee can have this; the account belongs to none')
}
