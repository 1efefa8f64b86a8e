import { useTranslation } from 'react-i18next'
import { MultiSelect, Select } from '@mantine/core'
import type { Import } from '../api/types.ts'
import { isInFile, mayOverwrite, usualKnown } from './keys.ts'
import { useImportWords } from './use-import-words.ts'

/** Without keys, or an empty `known`: nobody has chosen yet. */
export type Rules = { keys: string[]; known: string; unknown: string; updateFields: string[] }

/** What stands in the import; `known` stays open until somebody chooses. */
export function rulesOf(rules: Import['rules'] | undefined): Rules {
  const word = (given: string | undefined, usual: string) => (given === undefined || given === 'unspecified' ? usual : given)
  return { keys: rules?.keys ?? [], known: word(rules?.known, ''), unknown: word(rules?.unknown, 'create'), updateFields: rules?.updateFields ?? [] }
}

type Props = { /** Of the rows. */ kind: string; keys: readonly string[]; /** Fields that the file has. */ fields: readonly string[]; value: Rules; onChange: (rules: Rules) => void }

/** By what a row is known to be a record that is there, and what is done with it then. */
export function RulesFields({ kind, keys, fields, value, onChange }: Props) {
  const { t } = useTranslation()
  const { labelOfField } = useImportWords(kind)
  const alone = keys.filter((key) => !key.startsWith('+'))
  const name = ['displayName', 'title'].find((one) => alone.includes(one))
  const beside = keys.filter((key) => key.startsWith('+') && name !== undefined).map((key) => `${name}${key}`)
  if (alone.length < 2) return null
  const label = (key: string) => t(`imports.key.${key.replace('+', '_')}`)
  const option = (name: string, words: readonly string[]) => words.map((word) => ({ value: word, label: t(`imports.${name}.${word}`) }))
  return (
    <fieldset className="im-rules">
      <legend>{t('imports.rules')}</legend>
      <MultiSelect
        label={t('imports.keys')} description={t('imports.keysHint')} data={[...alone, ...beside].map((key) => ({ value: key, label: label(key) }))}
        value={value.keys} onChange={(chosen) => onChange({ ...value, keys: chosen })} hidePickedOptions
      />
      {value.keys.some((key) => isInFile(key, fields)) ? null : <p className="warn" role="status">{t('imports.noKey')}</p>}
      <div className="im-two">
        <Select label={t('imports.knownLabel')} data={option('known', ['update', 'fill', 'merge', 'skip'])} value={value.known} onChange={(known) => onChange({ ...value, known: known ?? usualKnown(value.keys) })} allowDeselect={false} />
        <Select label={t('imports.unknownLabel')} data={option('unknown', ['create', 'skip'])} value={value.unknown} onChange={(unknown) => onChange({ ...value, unknown: unknown ?? 'create' })} allowDeselect={false} />
      </div>
      {mayOverwrite(value) ? <p className="warn" role="status">{t('imports.mayOverwrite')}</p> : null}
      {value.known === 'update' || value.known === 'fill' || value.known === 'merge' ? (
        <MultiSelect
          label={t('imports.updateFields')} description={t('imports.updateFieldsHint')} placeholder={value.updateFields.length === 0 ? t('imports.updateAll') : ''} searchable hidePickedOptions
          data={[...new Set([...fields, ...value.updateFields])].map((field) => ({ value: field, label: labelOfField(field) }))}
          value={value.updateFields} onChange={(updateFields) => onChange({ ...value, updateFields })}
        />
      ) : null}
    </fieldset>
  )
}
