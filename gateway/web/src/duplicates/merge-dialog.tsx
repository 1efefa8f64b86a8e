import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconArrowsExchange } from '@tabler/icons-react'
import { get, post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { toast } from '../ui/toast.ts'
import { ChoiceTable } from './choice-table.tsx'
import type { CounterpartyMerge, MergePreview } from '../api/types.ts'

type Props = { ids: [string, string]; onClose: () => void; onDone?: (merge: CounterpartyMerge) => void }

/** Two become one: the better value is chosen already, with the rule that chose it; another may be taken. */
export function MergeDialog({ ids, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [[id, mergedId], setIds] = useState(ids)
  const [other, setOther] = useState<Record<string, string>>({})
  const preview = useQuery({ queryKey: ['counterparties', id, 'merge', mergedId], queryFn: ({ signal }) => get<MergePreview>(`counterparties/${id}:previewMerge`, { mergedId }, signal), gcTime: 0 })
  const save = useMutation({
    mutationFn: () =>
      post<CounterpartyMerge>(`counterparties/${id}:merge`, {
        mergedId, etag: preview.data!.survivor!.etag, mergedEtag: preview.data!.merged!.etag,
        choices: Object.entries(other).map(([field, take]) => ({ field, take })),
      }),
    onSuccess: (merge) => {
      for (const key of ['counterparties', 'duplicate-pairs', 'contact-persons', 'opportunities', 'requests', 'calls']) void client.invalidateQueries({ queryKey: [key] })
      toast(t('duplicates.merged'), preview.data?.result?.displayName)
      onDone?.(merge)
      onClose()
    },
  })
  const { survivor, merged, fields = [] } = preview.data ?? {}
  const chosen = Object.fromEntries(fields.map(({ field, take }) => [field, other[field] ?? take]))
  const error = preview.error ?? save.error
  return (
    <Dialog onClose={onClose} title={t('duplicates.mergeTitle')} size={860} classNames={{ body: 'dlg-body' }}>
      <p className="soft dlg-p">{t('duplicates.mergeText')}</p>
      {survivor && merged ? (
        <div className="dup-table scroll">
          <ChoiceTable
            rows={fields.map(({ field, rule, choices }) => ({ field, note: t(`duplicates.rule.${rule}`), choices }))}
            columns={[
              { take: 'survivor', label: t('duplicates.stays', { name: survivor.displayName }), of: survivor },
              { take: 'merged', label: t('duplicates.goes', { name: merged.displayName }), of: merged },
              { take: 'both', label: t('duplicates.both'), text: t('duplicates.bothValues') },
            ]}
            chosen={chosen}
            onChoose={(field, take) => setOther({ ...other, [field]: take })}
          />
          {fields.length === 0 ? <p className="soft dlg-p">{t('duplicates.noDifference')}</p> : null}
        </div>
      ) : <div className="dup-table" aria-busy="true" />}
      {error ? <p className="form-error" role="alert">{errorText(error)}</p> : null}
      <div className="dlg-foot">
        <Button size="lg" icon={IconArrowsExchange} onClick={() => { setOther({}); setIds([mergedId, id]) }}>{t('duplicates.exchange')}</Button>
        <span className="grow" />
        <Button size="lg" onClick={onClose}>{t('ui.cancel')}</Button>
        <Button size="lg" tone="primary" data-autofocus disabled={!survivor} busy={save.isPending} onClick={() => save.mutate()}>{t('duplicates.merge')}</Button>
      </div>
    </Dialog>
  )
}
