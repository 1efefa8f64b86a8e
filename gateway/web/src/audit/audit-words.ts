import i18next, { type TFunction } from 'i18next'
import type { Names } from '../api/directory.ts'
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

/** What happened to sessions is no use of a right: `Вхід до системи`. */
const sessionWords = ({ action }: Pick<AuditEntry, 'action'>, t: TFunction): string => t(`audit.sessionDone.${action}`, { defaultValue: action })

/** `Змінено контрагента`: by the call where it says more than the right that it needs. */
function doneWords(deed: Deed, t: TFunction): string {
  const { kind, section, action, method } = deed
  const call = method.slice(method.lastIndexOf('.') + 1)
  const object = t(`audit.object.${section}`, { defaultValue: '' })
  if (method === 'many') return t('audit.deedDone.many')
  if (kind === 'refusal') return [t(`audit.refused.${action}`, { defaultValue: t('audit.refused.signed-in') }), object].filter(Boolean).join(' ')
  if (deed.giverId !== undefined && section !== 'employees' && object !== '') return t('audit.handedOn', { object })
  if (kind === 'read') return [t('audit.done.view'), object].filter(Boolean).join(' ')
  if (i18next.exists(`audit.deedDone.${call}`)) return t(`audit.deedDone.${call}`)
  return [t(`audit.done.${action}`, { defaultValue: t('audit.done.change') }), object].filter(Boolean).join(' ')
}

/** What is known of a deed. */
type Deed = Pick<AuditEntry, 'kind' | 'section' | 'action' | 'method' | 'fields' | 'recordId' | 'recordIds' | 'count' | 'giverId' | 'receiverId'>


/** Fields as they stand in the middle of a sentence; what is written large (ЄДРПОУ) stays so. */
const inside = (name: string): string => (/^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLocaleLowerCase() + name.slice(1) : name)

/** What was done, as a sentence without its subject: `Змінено контрагента ТОВ «Ромашка»: телефон, адреси`. `name` of the record, where it may be seen. */
export function sentenceOf(told: Deed, { name, fieldName, person, t }: { name: string | undefined; fieldName: (section: string, field: string) => string; person: Names['person']; t: TFunction }): string {
  // A hand-over also shuts its giver out, and takes them from their groups: to them that is a change like any other.
  const isChange = told.giverId !== undefined && told.section === 'employees' && person(told.recordId) !== undefined
  const deed = isChange ? { ...told, action: 'change', method: 'EmployeeService.UpdateEmployee', giverId: undefined, receiverId: undefined } : told
  const { kind, section, action, method, fields, recordIds } = deed
  if (kind === 'session') return sessionWords(deed, t)
  const several = recordIds.length > 1 ? t('audit.several', { count: deed.count }) : ''
  // A name with quotes of its own gets no others.
  const named = name && (/[«»“”„"]/.test(name) ? name : t('audit.named', { name }))
  const between = [deed.giverId, deed.receiverId].flatMap((id) => (id === undefined ? [] : (person(id) ?? t('audit.hiddenName')))).join(' → ')
  // From whom to whom comes first: where a line is cut, it is the name of the record that is. The hand-over itself is of no record.
  if (between !== '') return section === 'employees' ? `${doneWords(deed, t)}: ${between}` : [`${doneWords(deed, t)}, ${between}`, [named, several].filter(Boolean).join(' ')].filter(Boolean).join(': ')
  const begun = [doneWords(deed, t), named, several].filter(Boolean).join(' ')
  // Of what is added or removed every field is meant, and a link for a password says so itself.
  const isTold = kind === 'read' || (kind === 'write' && action !== 'create' && action !== 'delete' && !/\.(Create|Delete|Invite)/.test(method))
  return isTold && fields.length > 0 ? `${begun}: ${fields.map((field) => inside(fieldName(section, field))).join(', ')}` : begun
}

/** Why something was refused: at the door of the product, or at that of sign-in. */
export const reasonOf = ({ kind, reason }: Pick<AuditEntry, 'kind' | 'reason'>, t: TFunction): string =>
  kind === 'refusal' ? t(`errors.reason.${reason}`, { defaultValue: t(`sessions.reason.${reason}`, { defaultValue: reason }) }) : reason

/** Where a record is looked at; undefined where it has no page of its own. */
export const pageOf = (section: string) => pages[section]
