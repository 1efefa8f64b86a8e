import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PasswordInput, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconPlus, IconX } from '@tabler/icons-react'
import { patch, post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import type { Pbx } from '../api/types.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { useDraft } from '../lib/use-draft.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { Button } from '../ui/button.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { PbxLinkState } from './pbxes-page.tsx'
import { toast } from '../ui/toast.ts'

type Props = { record?: Pbx; onClose: () => void }
type Extension = { extension: string; employeeId: string }
type Draft = {
  name: string; host: string; port: string; tls: boolean; tlsCertificate: string; username: string; country: string; branchId: string | undefined
  trunks: string[]; extensions: Extension[]; extensionPattern: string; testContext: string; disabled: boolean
}

const initialOf = (record: Pbx | undefined): Draft => ({
  name: record?.name ?? '', host: record?.host ?? '', port: String(record?.port ?? 5038), tls: record?.tls ?? false, tlsCertificate: record?.tlsCertificate ?? '', username: record?.username ?? '', country: record?.country || 'UA',
  branchId: record?.branchId, trunks: record?.trunks ?? [], extensions: record?.extensions ?? [], extensionPattern: record?.extensionPattern ?? '', testContext: record?.testContext ?? '', disabled: record?.disabled ?? false,
})

const bodyOf = (draft: Draft, secret: string, isNew: boolean) => ({
  ...draft, name: draft.name.trim(), host: draft.host.trim(), port: Number(draft.port) || 0, country: draft.country.trim().toUpperCase(),
  extensions: draft.extensions.filter((one) => one.extension.trim() && one.employeeId),
  ...(isNew ? { kind: 'asterisk-ami', secret } : secret ? { secret } : {}),
})

function Extensions({ value, onChange }: { value: Extension[]; onChange: (value: Extension[]) => void }) {
  const { t } = useTranslation()
  const change = (at: number, part: Partial<Extension>) => onChange(value.map((one, index) => (index === at ? { ...one, ...part } : one)))
  return (
    <fieldset className="group-field w2">
      <legend>{t('pbx.extensions')}</legend>
      {value.map((one, at) => (
        <div key={at} className="ext-line">
          <TextInput aria-label={t('pbx.extension')} placeholder="1001" value={one.extension} onChange={(event) => change(at, { extension: event.currentTarget.value })} />
          <EmployeeSelect label="" value={one.employeeId || undefined} onChange={(employeeId) => change(at, { employeeId: employeeId ?? '' })} placeholder={t('pbx.employee')} />
          <IconButton size="sm" icon={IconX} label={t('ui.remove')} onClick={() => onChange(value.filter((_, index) => index !== at))} />
        </div>
      ))}
      <div><Button size="sm" icon={IconPlus} onClick={() => onChange([...value, { extension: '', employeeId: '' }])}>{t('pbx.addExtension')}</Button></div>
    </fieldset>
  )
}

/** A connection to an exchange. The secret is never read back and never kept as a draft. */
export default function PbxForm({ record, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const [secret, setSecret] = useState('')
  const { value, base, change, clear, restored } = useDraft<Draft>(`exchange.${record?.id ?? 'new'}`, initialOf(record), record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(value, secret, !record)
      return record ? patch<Pbx>(`pbxes/${record.id}`, body, base) : post<Pbx>('pbxes', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['pbxes'] })
      toast(t('pbx.saved'), saved.name)
      leave()
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  const text = (field: 'name' | 'host' | 'port' | 'username' | 'country' | 'extensionPattern' | 'testContext', required = false) => (
    <TextInput data-autofocus={field === 'name' || undefined} required={required} label={t(`pbx.${field}`)} value={value[field]} onChange={(event) => change({ [field]: event.currentTarget.value })} error={error(field)} autoComplete="off" />
  )
  return (
    <FormDialog restored={restored} title={record ? record.name : t('pbx.create')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      {record ? <div className="w2 row pbx-state"><PbxLinkState pbx={record} />{record.link?.lastError ? <span className="meta">{record.link.lastError}</span> : null}</div> : null}
      {text('name', true)}
      <BranchSelect label={t('parties.branch')} value={value.branchId} onChange={(branchId) => change({ branchId })} error={error('branchId')} />
      {text('host', true)}
      {text('port', true)}
      {text('username', true)}
      <PasswordInput required={!record} label={t('pbx.secret')} placeholder={record ? t('pbx.secretKept') : ''} value={secret} onChange={(event) => setSecret(event.currentTarget.value)} error={error('secret')} autoComplete="new-password" />
      <label className="check-line"><input type="checkbox" checked={value.tls} onChange={(event) => change({ tls: event.currentTarget.checked })} /> {t('pbx.tls')}</label>
      <label className="check-line"><input type="checkbox" checked={value.disabled} onChange={(event) => change({ disabled: event.currentTarget.checked })} /> {t('pbx.disabled')}</label>
      {value.tls ? <Textarea className="w2" label={t('pbx.tlsCertificate')} description={t('pbx.tlsCertificateHint')} placeholder="-----BEGIN CERTIFICATE-----" rows={3} value={value.tlsCertificate} onChange={(event) => change({ tlsCertificate: event.currentTarget.value })} error={error('tlsCertificate')} spellCheck={false} /> : null}
      {text('country')}
      <TagsInput label={t('pbx.trunks')} value={value.trunks} onChange={(trunks) => change({ trunks })} error={error('trunks')} />
      {text('extensionPattern')}
      {text('testContext')}
      <Extensions value={value.extensions} onChange={(extensions) => change({ extensions })} />
      {error('extensions') ? <p className="form-error w2">{error('extensions')}</p> : null}
    </FormDialog>
  )
}
