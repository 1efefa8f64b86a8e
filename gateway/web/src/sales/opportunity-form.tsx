import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import type { CustomValues } from '../api/custom-fields.ts'
import { fieldError } from '../api/error-text.ts'
import { useFields, useMe } from '../api/me.ts'
import type { Opportunity } from '../api/types.ts'
import { CustomInputs } from '../custom/custom-inputs.tsx'
import { currenciesWith } from '../lib/currencies.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { useNoMinus } from '../lib/use-no-minus.ts'
import { DateField } from '../ui/date-field.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Limited } from '../ui/limited.tsx'
import { PartySelect, type ChosenParty } from '../ui/party-select.tsx'
import { toast } from '../ui/toast.ts'
import { pipelineOf, usePipelines } from './queries.ts'

type Props = { record?: Opportunity; party?: ChosenParty | undefined; pipelineId?: string | undefined; onClose: () => void; onDone: (id: string) => void }

type Draft = {
  title: string; party: ChosenParty | undefined; pipelineId: string | undefined; stageId: string | undefined; amount: string; currency: string
  expectedCloseDate: string; ownerId: string | undefined; nextStep: string; nextStepDate: string; source: string; note: string; custom: CustomValues
}

function initialOf({ record, party, pipelineId }: Props, me: string | undefined): Draft {
  return {
    title: record?.title ?? '', party: record?.counterpartyId ? { id: record.counterpartyId, name: record.counterpartyName } : party,
    pipelineId: record?.pipelineId ?? pipelineId, stageId: record?.stageId, amount: record?.amount?.amount ?? '', currency: record?.amount?.currency ?? 'UAH',
    expectedCloseDate: record?.expectedCloseDate ?? '', ownerId: record?.ownerId ?? me, nextStep: record?.nextStep ?? '',
    nextStepDate: record?.nextStepDate ?? '', source: record?.source ?? '', note: record?.note ?? '', custom: record?.custom ?? {},
  }
}

/** "1 234,56" as people type it -> "1234.56". */
const decimal = (text: string) => text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.')

function bodyOf(draft: Draft, isNew: boolean) {
  const amount = decimal(draft.amount)
  return {
    title: draft.title.trim(), counterpartyId: draft.party?.id ?? (isNew ? undefined : null), ownerId: draft.ownerId,
    amount: amount ? { amount, currency: draft.currency } : isNew ? undefined : null,
    expectedCloseDate: draft.expectedCloseDate, nextStep: draft.nextStep.trim(), nextStepDate: draft.nextStepDate, source: draft.source.trim(), note: draft.note.trim(), custom: draft.custom,
    ...(isNew ? { pipelineId: draft.pipelineId, stageId: draft.stageId } : {}),
  }
}

/** An opportunity, new or changed. The stage of an existing one moves by its own command. */
export default function OpportunityForm(props: Props) {
  const { record, onClose, onDone } = props
  const { t } = useTranslation()
  const me = useMe()
  const fields = useFields('opportunities')
  const action = props.record ? 'change' : 'create'
  const client = useQueryClient()
  const key = useFormKey()
  const all = usePipelines().pipelines
  // An archived one takes no new opportunities.
  const pipelines = record ? all : all.filter(({ archived }) => !archived)
  const { value, base, change, clear, restored } = useDraft<Draft>(`opportunity.${record?.id ?? `new.${props.party?.id ?? ''}`}`, initialOf(props, me.employee?.id), record?.etag)
  const pipeline = pipelineOf(pipelines, value.pipelineId)
  const leave = () => {
    clear()
    onClose()
  }
  const noMinus = useNoMinus()
  const save = useMutation({
    mutationFn: () => {
      const body = fields.only(bodyOf(value, !record), action)
      return record ? patch<Opportunity>(`opportunities/${record.id}`, body, base) : post<Opportunity>('opportunities', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      clear()
      void client.invalidateQueries({ queryKey: ['opportunities'] })
      if (saved.counterpartyId) void client.invalidateQueries({ queryKey: ['counterparties', saved.counterpartyId] })
      toast(t(record ? 'sales.saved' : 'sales.created'), saved.title)
      onDone(saved.id)
    },
  })
  const limited = (field: string, input: ReactNode) => <Limited section="opportunities" field={field} action={action}>{input}</Limited>
  const error = (field: string) => fieldError(save.error, field)
  const stages = (pipeline?.stages ?? []).flatMap((stage) => (stage.id ? [{ value: stage.id, label: stage.name }] : []))
  return (
    <FormDialog restored={restored} title={record ? t('sales.edit') : t('sales.create')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      {limited('title', <div className="w2"><TextInput data-autofocus required label={t('sales.title')} value={value.title} onChange={(event) => change({ title: event.currentTarget.value })} error={error('title')} /></div>)}
      {limited('counterpartyId', <div className="w2"><PartySelect label={t('sales.party')} value={value.party} onChange={(party) => change({ party })} error={error('counterpartyId')} /></div>)}
      {limited('amount', <div className="custom-money">
        <TextInput label={t('sales.amount', { currency: value.currency === 'UAH' ? t('ui.uah') : value.currency })} inputMode="decimal" value={value.amount} onChange={(event) => change({ amount: event.currentTarget.value })} error={noMinus.told ? t('ui.noMinusAmount') : error('amount')} {...noMinus.keys} />
        <Select label={t('filters.currency')} data={currenciesWith(value.currency)} value={value.currency} onChange={(next) => change({ currency: next ?? value.currency })} allowDeselect={false} />
      </div>)}
      {limited('expectedCloseDate', <DateField label={t('sales.expectedClose')} value={value.expectedCloseDate} onChange={(expectedCloseDate) => change({ expectedCloseDate })} error={error('expectedCloseDate')} />)}
      {record ? null : (
        <>
          <Select label={t('sales.pipeline')} data={pipelines.map((one) => ({ value: one.id, label: one.name }))} value={pipeline?.id ?? null} onChange={(next) => change({ pipelineId: next ?? undefined, stageId: undefined })} allowDeselect={false} />
          <Select label={t('sales.stage')} data={stages} value={value.stageId ?? stages[0]?.value ?? null} onChange={(next) => change({ stageId: next ?? undefined })} allowDeselect={false} error={error('stageId')} />
        </>
      )}
      {limited('nextStep', <TextInput label={t('sales.nextStep')} value={value.nextStep} onChange={(event) => change({ nextStep: event.currentTarget.value })} error={error('nextStep')} />)}
      {limited('nextStepDate', <DateField label={t('sales.nextStepDate')} value={value.nextStepDate} onChange={(nextStepDate) => change({ nextStepDate })} error={error('nextStepDate')} />)}
      {limited('ownerId', <EmployeeSelect label={t('sales.owner')} value={value.ownerId} onChange={(ownerId) => change({ ownerId })} error={error('ownerId')} />)}
      {limited('source', <TextInput label={t('sales.source')} value={value.source} onChange={(event) => change({ source: event.currentTarget.value })} error={error('source')} />)}
      {limited('note', <div className="w2"><Textarea label={t('sales.note')} autosize minRows={2} value={value.note} onChange={(event) => change({ note: event.currentTarget.value })} error={error('note')} /></div>)}
      <CustomInputs action={action} resource="opportunities" record={{ ...bodyOf(value, !record), state: record?.state ?? 'open' }} value={value.custom} onChange={(next) => change({ custom: next })} error={save.error} />
    </FormDialog>
  )
}
