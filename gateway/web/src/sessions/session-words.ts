import type { SignIn } from '../api/types.ts'
import type { Tone } from '../ui/status.tsx'

export const signInKinds = ['signed-in', 'refused', 'signed-out', 'ended', 'ended-by-issuer', 'expired', 'blocked', 'unblocked', 'password-changed'] as const

/** Why a sign-in can be refused, as the journal has it. */
export const refusalReasons = [
  'WRONG_PASSWORD', 'UNKNOWN_NAME', 'ACCOUNT_DISABLED', 'ACCOUNT_LOCKED', 'TOO_MANY_TRIES', 'LINK_REFUSED', 'MORE_REFUSED', 'CLIENT_SECRET_WRONG', 'CLIENT_UNKNOWN', 'CLIENT_ENDED',
  'APP_PASSWORD_REFUSED', 'SIGN_IN_REFUSED', 'TOKEN_ENDED',
] as const

const tones: Partial<Record<SignIn['kind'], Tone>> = { 'signed-in': 'good', refused: 'bad', ended: 'warn', blocked: 'bad', 'password-changed': 'info' }

export const toneOf = (kind: SignIn['kind']): Tone => tones[kind] ?? 'neutral'

/** Of the journal: from the midnight so many days ago. */
export const periods = { today: 0, week: -6, month: -29 } as const
export type Period = keyof typeof periods
