import type { AuditEntry } from '../api/types.ts'
import type { Tone } from '../ui/status.tsx'

export const auditKinds = ['write', 'refusal', 'export', 'read', 'session', 'upkeep'] as const
export const auditActions = ['create', 'change', 'delete', 'view', 'export', 'manage'] as const

const tones: Partial<Record<AuditEntry['kind'], Tone>> = { refusal: 'bad', export: 'warn', read: 'warn', upkeep: 'info' }

export const toneOf = (kind: AuditEntry['kind']): Tone => tones[kind] ?? 'neutral'

const pages: Record<string, '/counterparties' | '/contact-persons' | '/interactions' | '/opportunities' | '/requests'> = {
  counterparties: '/counterparties', 'contact-persons': '/contact-persons', interactions: '/interactions', opportunities: '/opportunities', requests: '/requests',
}

/** Who acted, where it is no employee: a name of the house, a machine, or nobody that is known. */
export const actorWord = (username: string, t: (key: string) => string): string => (username === 'system' ? t('audit.system') : username || t('audit.unknown'))

/** Where a record is looked at; undefined where it has no page of its own. */
export const pageOf = (section: string) => pages[section]

/** Marks that turn the direction of a text are seen as what they are: here one looks for what somebody hid. */
const revealed = (text: string): string => text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)

/** A value as it is kept, as text: `"Одеса"` -> Одеса, a list as its parts. */
export function plain(json: string): string {
  if (json === '') return ''
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'string') return revealed(value)
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? revealed(value.join(', ')) : revealed(json)
  } catch {
    return json // it was cut
  }
}
