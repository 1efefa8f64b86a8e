import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MultiSelect, TagsInput, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, patch, post } from '../api/client.ts'
import { useGroupTitles } from '../api/directory.ts'
import { fieldError } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import type { IntegrationAccount, Section } from '../api/types.ts'
import { endOf, lastDayOf } from '../lib/day.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { DateField } from '../ui/date-field.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { toast } from '../ui/toast.ts'
import { IntegrationKeys } from './integration-keys.tsx'
import { scopeText } from './scope-text.ts'

type Props = { record?: IntegrationAccount; onClose: () => void; onMade: (id: string) => void }
type Draft = { name: string; ownerId: string | undefined; groups: string[]; scopes: string[]; until: string; requestsPerMinute: number }

const initialOf = (record: IntegrationAccount | undefined): Draft => ({
  name: record?.name ?? '', ownerId: record?.ownerId, groups: record?.groups ?? [], scopes: record?.scopes ?? [], until: lastDayOf(record?.expireTime), requestsPerMinute: record?.requestsPerMinute ?? 0,
})

/** Every scope that there is, and the words for several at once. */
function useScopes(): string[] {
  const sections = useQuery({ queryKey: ['sections'], queryFn: ({ signal }) => get<{ sections: Section[] }>('sections', undefined, signal), staleTime: Infinity }).data?.sections ?? []
  return ['scim', '*', '*:view', ...sections.flatMap(({ name, actions }) => [`${name}:*`, ...actions.map((action) => `${name}:${action}`)])]
}

/** An account, new or changed; below it its keys. */
export default function IntegrationForm({ record, onClose, onMade }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const scopes = useScopes()
  const { groups } = useGroupTitles()
  const { value, base, change, clear, restored } = useDraft<Draft>(`integration.${record?.id ?? 'new'}`, initialOf(record), record?.etag)
  const may = useCan()('rights', 'manage') && !record?.revokeTime
  const [told, setTold] = useState(false)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const { name, ownerId, requestsPerMinute, until } = value
      const expireTime = until === lastDayOf(record?.expireTime) ? record?.expireTime : endOf(until)
      const body = { name: name.trim(), ownerId, groups: value.groups, scopes: value.scopes, requestsPerMinute, expireTime }
      return record
        ? patch<IntegrationAccount>(`integration-accounts/${record.id}?updateMask=name,ownerId,groups,scopes,requestsPerMinute,expireTime`, body, base)
        : post<IntegrationAccount>('integration-accounts', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['integration-accounts'] })
      toast(t('integrations.saved'), saved.name)
      clear()
      if (record) onClose()
      else onMade(saved.id)
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  return (
    <FormDialog restored={restored} title={record ? record.name : t('integrations.create')} submit={record ? t('ui.save') : t('ui.create')} {...(told && { leaving: t('ui.close') })} onClose={leave} onSubmit={() => (may ? save.mutate() : leave())} busy={save.isPending} error={save.error}>
      <TextInput data-autofocus required disabled={!may} label={t('integrations.name')} value={value.name} onChange={(event) => change({ name: event.currentTarget.value })} error={error('name')} maxLength={200} />
      <EmployeeSelect required label={t('integrations.owner')} value={value.ownerId} onChange={(ownerId) => change({ ownerId })} error={error('ownerId')} />
      <div className="w2">
        <MultiSelect
          label={t('integrations.groups')} description={t('integrations.groupsHint')} disabled={!may} value={value.groups} onChange={(next) => change({ groups: next })} error={error('groups')}
          data={groups.filter((group) => !group.employeeId).map((group) => ({ value: group.name, label: group.title }))}
        />
      </div>
      <div className="w2">
        <TagsInput label={t('integrations.scopes')} description={t('integrations.scopesHint')} disabled={!may} data={scopes} value={value.scopes} onChange={(next) => change({ scopes: next })} error={error('scopes')} maxDropdownHeight={240} limit={200} renderOption={({ option }) => <span>{scopeText(option.value, t)} <span className="meta">{option.value}</span></span>} />
      </div>
      <DateField label={t('integrations.until')} value={value.until} onChange={(until) => change({ until })} error={error('expireTime')} />
      <NumberField label={t('rights.requestsPerMinute')} placeholder={t('rights.requestsUsual')} disabled={!may} min={0} max={1_000_000} value={value.requestsPerMinute || ''} onChange={(next) => change({ requestsPerMinute: Math.trunc(Number(next)) || 0 })} error={error('requestsPerMinute')} />
      {record ? <IntegrationKeys account={record} may={may} onTold={() => setTold(true)} /> : <p className="meta w2">{t('integrations.keyLater')}</p>}
    </FormDialog>
  )
}
