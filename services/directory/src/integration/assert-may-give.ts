import type { Caller } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'

/** A program whose scopes are cut would find its way around them by an account or a key of another one. */
export function assertMayGive({ integration }: Caller): void {
  if (integration === undefined || integration.scopes.some((scope) => scope === '*' || scope === '*:*')) return
  throw new AppError('PERMISSION_DENIED', 'SCOPE_MISSING', 'only an account with the scope * changes accounts and gives keys; let a person do it')
}
