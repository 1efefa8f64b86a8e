import type { SignIn } from '../api/types.ts'
import type { Tone } from '../ui/status.tsx'

export const signInKinds = ['signed-in', 'refused', 'signed-out', 'ended', 'ended-by-issuer', 'expired', 'blocked', 'unblocked'] as const

const tones: Partial<Record<SignIn['kind'], Tone>> = { 'signed-in': 'good', refused: 'bad', ended: 'warn', blocked: 'bad' }

export const toneOf = (kind: SignIn['kind']): Tone => tones[kind] ?? 'neutral'

/** Of the journal: from the midnight so many days ago. */
export const periods = { today: 0, week: -6, month: -29 } as const
export type Period = keyof typeof periods
