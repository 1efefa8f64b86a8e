import { AppError } from '@vitrylo/errors'
import type { Recorder } from '@vitrylo/service'
import type { EmployeeOf } from './employee-of.ts'
import type { OnRefused } from './authenticate.ts'

const REFUSALS = new Set(['UNAUTHENTICATED', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED'])

/** Tells the audit log of requests that were refused before any service heard of them. Who comes with nothing is only asked to sign in. */
export function createOnRefused(audit: Pick<Recorder, 'refused'>, employeeOf: EmployeeOf): OnRefused {
  return ({ method, routeOptions, identity, ip }, error) => {
    if (!(error instanceof AppError) || !REFUSALS.has(error.code) || error.reason === 'SIGN_IN_REQUIRED') return
    const { access } = routeOptions.config
    const { section, action } = typeof access === 'object' ? access : { section: '', action: '' }
    const { claims, publicSessionId } = identity ?? {}
    audit.refused({
      section, action, method: `${method} ${routeOptions.url ?? ''}`, recordId: '', reason: error.reason, actorId: (claims && employeeOf(claims.username)) ?? '',
      username: claims?.username ?? '', client: claims?.client ?? '', sessionId: publicSessionId ?? '', address: ip, branchId: '',
    })
  }
}
