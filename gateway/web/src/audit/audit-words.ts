import type { TFunction } from 'i18next'
import type { AuditEntry } from '../api/types.ts'
import type { Tone } from '../ui/status.tsx'

export const auditKinds = ['write', 'refusal', 'export', 'read', 'session', 'upkeep'] as const
export const auditActions = ['create', 'change', 'delete', 'view', 'export', 'manage'] as const

const tones: Partial<Record<AuditEntry['kind'], Tone>> = { refusal: 'bad', export: 'warn', read: 'warn', upkeep: 'info' }

export const toneOf = (kind: AuditEntry['kind']): Tone => tones[kind] ?? 'neutral'

const pages: Record<string, '/counterparties' | '/contact-persons' | '/interactions' | '/opportunities' | '/requests'> = {
  counterparties: '/counterparties', 'contact-persons': '/contact-persons', interactions: '/interactions', opportunities: '/opportunities', requests: '/requests',
}

const PROGRAM = /^service-account-/

/** Who acted, where it is no employee: a name of the house, a program, or nobody that is known. */
export function actorWord(username: string, t: TFunction): string {
  if (username === 'system') return t('audit.system')
  return PROGRAM.test(username) ? t('audit.program', { name: username.replace(PROGRAM, '') }) : username || t('audit.unknown')
}

/** Calls that ask for a right by whose name something else would be understood: who may erase previews it, and nothing is erased. */
const CALLS: Partial<Record<string, string>> = {
  'SubjectRequestService.PreviewErasure': 'audit.call.previewErasure',
  'SubjectRequestService.EraseSubject': 'audit.call.eraseSubject',
  'SubjectRequestService.RequestSubjectFile': 'audit.call.requestSubjectFile',
}

type Deed = Pick<AuditEntry, 'kind' | 'section' | 'action' | 'method'>

/** What was done, in words: `Сеанси · вхід`, `Контрагенти · зміна`. What happens to sessions is no use of a right. */
export function deedOf({ kind, section, action, method }: Deed, t: TFunction): string {
  const call = CALLS[method]
  const deed = call ? t(call) : kind === 'session' ? t(`sessions.event.${action}`, { defaultValue: action }) : t(`audit.action.${action}`, { defaultValue: action })
  return [t(`words.section.${section}`, { defaultValue: section }), deed].filter(Boolean).join(' · ')
}

/** Why something was refused: at the door of the product, or at that of sign-in. */
export const reasonOf = ({ kind, reason }: Pick<AuditEntry, 'kind' | 'reason'>, t: TFunction): string =>
  kind === 'refusal' ? t(`errors.reason.${reason}`, { defaultValue: t(`sessions.reason.${reason}`, { defaultValue: reason }) }) : reason

/** Where a record is looked at; undefined where it has no page of its own. */
export const pageOf = (section: string) => pages[section]
