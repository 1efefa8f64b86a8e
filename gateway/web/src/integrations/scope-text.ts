import type { TFunction } from 'i18next'

/** What a scope allows, in words: `counterparties:view`, `*:view`, `requests:*`, `*`, `scim`. */
export function scopeText(scope: string, t: TFunction): string {
  if (scope === '*') return t('integrations.scopeAll')
  if (scope === 'scim') return t('integrations.scopeScim')
  const [section = '', action = ''] = scope.split(':')
  const where = section === '*' ? t('integrations.everySection') : t(`words.section.${section}`, { defaultValue: section })
  const what = action === '*' ? t('integrations.everyAction') : t(`words.action.${action}`, { defaultValue: action }).toLocaleLowerCase()
  return `${where}: ${what}`
}
