import { useTranslation } from 'react-i18next'
import { Select, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import type { Relation } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { PartySelect, type ChosenParty } from '../ui/party-select.tsx'
import { toast } from '../ui/toast.ts'
import { otherOf, useRelationKinds, type End } from './kinds.ts'

type Props = { party: ChosenParty; relation?: Relation; onClose: () => void }
/** `as`: kind and the end at which the other one stands, `<id>:from`. */
type Draft = { as: string; other: ChosenParty | undefined; startDate: string; endDate: string; note: string }

function initialOf(party: ChosenParty, relation: Relation | undefined): Draft {
  const other = relation && otherOf(relation, party.id)
  return {
    as: relation && other ? `${relation.kindId}:${other.end}` : '', other: other && { id: other.id, name: other.name },
    startDate: relation?.startDate ?? '', endDate: relation?.endDate ?? '', note: relation?.note ?? '',
  }
}

function bodyOf({ as, other, ...dated }: Draft, party: ChosenParty) {
  const [kindId, end] = as.split(':') as [string, End?]
  const ends = end === 'from' ? { fromId: other?.id, toId: party.id } : { fromId: party.id, toId: other?.id }
  return { kindId, ...ends, ...dated, note: dated.note.trim() }
}

/** Puts the counterparty into a relation with another one, or changes days and note of one. */
export default function RelationForm({ party, relation, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const { kinds, nameOf } = useRelationKinds()
  const { value, base, change, clear, restored } = useDraft<Draft>(`relation.${relation?.id ?? party.id}`, initialOf(party, relation), relation?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(value, party)
      if (relation) return patch<Relation>(`relations/${relation.id}?updateMask=startDate,endDate,note`, body, base)
      return post<Relation>('relations', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      for (const queryKey of [['relations'], ['counterparties']]) void client.invalidateQueries({ queryKey })
      toast(t('relations.saved'), otherOf(saved, party.id).name)
      leave()
    },
  })
  const error = (...fields: string[]) => fields.map((field) => fieldError(save.error, field)).find(Boolean)
  const options = kinds
    .filter((kind) => !kind.archived || value.as.startsWith(kind.id))
    .flatMap((kind) => (kind.symmetric ? (['to'] as const) : (['from', 'to'] as const)).map((end) => ({ value: `${kind.id}:${end}`, label: nameOf(kind, end) })))
  const known = value.as === '' || options.some((one) => one.value === value.as) ? value.as : value.as.replace(':from', ':to')
  return (
    <FormDialog restored={restored} title={relation ? t('relations.change') : t('relations.add')} submit={t('ui.save')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <p className="meta w2">{t('relations.hint', { name: party.name })}</p>
      <Select data-autofocus={!relation || undefined} required disabled={relation !== undefined} label={t('relations.as')} data={options} value={known || null} onChange={(as) => change({ as: as ?? '' })} error={error('kindId')} searchable nothingFoundMessage={t('ui.nothingFound')} />
      {relation ? <Select disabled label={t('relations.other')} data={[{ value: value.other?.id ?? '', label: value.other?.name ?? '' }]} value={value.other?.id ?? ''} /> : (
        <PartySelect required label={t('relations.other')} value={value.other} onChange={(other) => change({ other })} error={error('toId', 'fromId')} />
      )}
      <DateField label={t('relations.startDate')} value={value.startDate} onChange={(startDate) => change({ startDate })} error={error('startDate')} />
      <DateField label={t('relations.endDate')} value={value.endDate} onChange={(endDate) => change({ endDate })} error={error('endDate')} />
      <div className="w2"><Textarea label={t('parties.note')} autosize minRows={2} value={value.note} onChange={(event) => change({ note: event.currentTarget.value })} error={error('note')} maxLength={4000} /></div>
    </FormDialog>
  )
}
