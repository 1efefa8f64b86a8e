import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCustom, type CustomValues } from '../api/custom-fields.ts'
import { fieldError } from '../api/error-text.ts'
import { post } from '../api/client.ts'
import { useFields, useMe } from '../api/me.ts'
import type { Counterparty, Request } from '../api/types.ts'
import { CustomInputs, defaultsOf } from '../custom/custom-inputs.tsx'
import { DuplicateHint } from '../duplicates/duplicate-hint.tsx'
import { isWithheld } from '../lib/format.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Limited } from '../ui/limited.tsx'
import { toast } from '../ui/toast.ts'
import { kindByName } from './party.ts'
import { kindWords, roleWords } from './use-party-filters.ts'

type Props = { onClose: () => void; onDone: (id: string) => void; /** The request whose client it is to be, with what is known of them. */ request?: Pick<Request, 'id' | 'phone' | 'senderName'> }

type Draft = {
  kind: string; displayName: string; roles: string[]; phone: string; email: string; taxCode: string
  city: string; street: string; responsibleId: string | undefined; branchId: string | undefined; source: string; note: string; custom: CustomValues
}

function bodyOf(draft: Draft) {
  const channels = [
    ...(draft.phone.trim() ? [{ kind: 'phone', value: draft.phone.trim(), primary: true }] : []),
    ...(draft.email.trim() ? [{ kind: 'email', value: draft.email.trim(), primary: true }] : []),
  ]
  const place = draft.city.trim() || draft.street.trim()
  return {
    kind: draft.kind, displayName: draft.displayName.trim(), roles: draft.roles, taxCode: draft.taxCode.trim(), channels,
    addresses: place ? [{ kind: 'actual', city: draft.city.trim(), street: draft.street.trim() }] : [],
    responsibleId: draft.responsibleId, branchId: draft.branchId, source: draft.source.trim(), note: draft.note.trim(), custom: draft.custom,
  }
}

const typedOf = ({ displayName = '', taxCode = '', channels = [], addresses = [] }: Partial<ReturnType<typeof bodyOf>>) => ({ displayName, taxCode, channels, addresses })

export default function PartyForm({ onClose, onDone, request }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const fields = useFields('counterparties')
  const client = useQueryClient()
  const key = useFormKey()
  const { fields: custom } = useCustom('counterparties')
  const { value, change, clear, restored } = useDraft<Draft>(`party.new.${request?.id ?? ''}`, {
    kind: request ? kindByName(request.senderName) : 'organisation', displayName: request?.senderName ?? '', roles: ['prospect'], phone: request && !isWithheld(request.phone) ? request.phone : '', email: '', taxCode: '', city: '', street: '',
    responsibleId: me.employee?.id, branchId: undefined, source: '', note: '', custom: defaultsOf(custom),
  })
  const save = useMutation({
    mutationFn: () => {
      const body = fields.only(bodyOf(value), 'create')
      return post<Counterparty>('counterparties', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      clear()
      void client.invalidateQueries({ queryKey: ['counterparties', 'list'] })
      toast(t('parties.created'), saved.displayName)
      onDone(saved.id)
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  const limited = (field: string, input: ReactNode) => <Limited section="counterparties" field={field} action="create">{input}</Limited>
  const text = (name: 'phone' | 'email' | 'taxCode' | 'city' | 'street' | 'source', field: string, of = field) =>
    limited(field, <TextInput label={t(`parties.${name}`)} value={value[name]} onChange={(event) => change({ [name]: event.currentTarget.value })} error={error(of)} />)
  return (
    <FormDialog restored={restored} title={t('parties.create')} submit={t('ui.create')} onClose={() => { clear(); onClose() }} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <Select label={t('parties.kind')} data={kindWords.map((word) => ({ value: word, label: t(`words.partyKind.${word}`) }))} value={value.kind} onChange={(kind) => change({ kind: kind ?? 'organisation' })} allowDeselect={false} error={error('kind')} />
      {limited('roles', <MultiSelect label={t('parties.roles')} data={roleWords.map((word) => ({ value: word, label: t(`words.role.${word}`) }))} value={value.roles} onChange={(roles) => change({ roles })} error={error('roles')} />)}
      <div className="w2">
        <TextInput data-autofocus required label={t('parties.displayName')} value={value.displayName} onChange={(event) => change({ displayName: event.currentTarget.value })} error={error('displayName')} maxLength={300} />
      </div>
      <DuplicateHint typed={typedOf(fields.only(bodyOf(value), 'create'))} />
      {text('phone', 'channels', value.phone.trim() ? 'channels[0]' : 'phone')}
      {text('email', 'channels', `channels[${value.phone.trim() ? 1 : 0}]`)}
      {text('taxCode', 'taxCode')}
      {text('source', 'source')}
      {text('city', 'addresses', 'city')}
      {text('street', 'addresses', 'street')}
      {limited('responsibleId', <EmployeeSelect label={t('parties.responsible')} value={value.responsibleId} onChange={(responsibleId) => change({ responsibleId })} error={error('responsibleId')} />)}
      {limited('branchId', <BranchSelect label={t('parties.branch')} value={value.branchId} onChange={(branchId) => change({ branchId })} error={error('branchId')} />)}
      {limited('note', <div className="w2"><Textarea label={t('parties.note')} autosize minRows={2} value={value.note} onChange={(event) => change({ note: event.currentTarget.value })} error={error('note')} /></div>)}
      <CustomInputs resource="counterparties" record={bodyOf(value)} value={value.custom} onChange={(next) => change({ custom: next })} error={save.error} />
    </FormDialog>
  )
}
