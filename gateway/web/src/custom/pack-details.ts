import type { TFunction } from 'i18next'
import type { PackPlan } from '../api/types.ts'

type Change = Pick<PackPlan['changes'][number], 'kind' | 'action' | 'details'>

/** Rights as `opportunities view branch`, a section at a time: `Угоди: перегляд (філія), зміна (свої)`. */
function rightsText(rights: readonly string[], t: TFunction): string {
  const sections = Map.groupBy(rights.map((right) => right.split(' ')), ([section]) => section!)
  const told = ([, action, scope]: string[]) => `${t(`words.action.${action}`, { defaultValue: action! }).toLocaleLowerCase()} (${t(`words.scope.${scope}`, { defaultValue: scope! })})`
  return [...sections].map(([section, all]) => `${t(`words.section.${section}`, { defaultValue: section })}: ${all.map(told).join(', ')}`).join('; ')
}

/** What of a part of a pack changes, in words: rights of a group, the kind that stands in the way, or properties. */
export function detailsText({ kind, action, details }: Change, t: TFunction): string {
  if (kind === 'group') return rightsText(details, t)
  if (action === 'clash') return details.map((detail) => t('packs.isThere', { kind: t(`ownFields.kind.${detail.replace(/^is a /, '')}`) })).join(', ')
  return details.map((name) => t(`packs.property.${name}`, { defaultValue: name })).join(', ')
}
