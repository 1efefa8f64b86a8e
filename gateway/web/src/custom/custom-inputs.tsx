import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client.ts'
import { labelOf, useCustom, type CustomResource, type CustomValues } from '../api/custom-fields.ts'
import type { Writing } from '../api/me.ts'
import { fieldError, ruleText } from '../api/error-text.ts'
import { Limited } from '../ui/limited.tsx'
import { CustomInput } from './custom-input.tsx'
import { groupsOf, type CustomGroup } from './visible.ts'
import './custom.css'

type GroupsProps = { resource: CustomResource; action: Writing; groups: CustomGroup[]; value: CustomValues; onChange: (value: CustomValues) => void; error: unknown }

/** What the server says of one custom field; of a value that another record has it names the field apart. */
export function customError(error: unknown, name: string): string | undefined {
  const path = `custom.${name}`
  if (error instanceof ApiError && error.problem.metadata?.field === path) return ruleText({ rule: 'unique', description: error.problem.detail ?? '' })
  return fieldError(error, path)
}

export function CustomGroups({ resource, action, groups, value, onChange, error }: GroupsProps) {
  const { t } = useTranslation()
  return groups.map(({ section, fields }) => (
    <fieldset key={section?.id ?? ''} className="custom-group w2">
      <legend>{section ? labelOf(section) : t('ownFields.more')}</legend>
      <div className="custom-grid">
        {fields.map((field) => (
          <Limited key={field.id} section={resource} field={`custom.${field.name}`} action={action}><CustomInput field={field} value={value[field.name]} onChange={(next) => onChange({ ...value, [field.name]: next })} error={customError(error, field.name)} /></Limited>
        ))}
      </div>
    </fieldset>
  ))
}

type Props = { resource: CustomResource; action?: Writing; /** The record as it stands in the form. */ record: object; value: CustomValues; onChange: (value: CustomValues) => void; error: unknown }

/** The custom fields of a form: by sections, those that are visible for the record as it is being filled in. */
export function CustomInputs({ resource, action = 'create', record, value, onChange, error }: Props) {
  const { fields, sections } = useCustom(resource)
  return <CustomGroups resource={resource} action={action} groups={groupsOf(fields, sections, { ...record, custom: value })} value={value} onChange={onChange} error={error} />
}

/** Values that a new record is filled with before anybody types. */
export const defaultsOf = (fields: readonly { name: string; defaultValue?: unknown }[]): CustomValues =>
  Object.fromEntries(fields.filter(({ defaultValue }) => defaultValue !== undefined && defaultValue !== null).map(({ name, defaultValue }) => [name, defaultValue]))
