import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { toast } from '../ui/toast.ts'
import { ChoiceTable } from './choice-table.tsx'
import type { CounterpartyMerge, MergeUndoPreview } from '../api/types.ts'

/** Takes a merge back; what somebody changed since is shown, and is to be decided. */
export default function UndoDialog({ mergeId, onClose }: { mergeId: string; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [chosen, setChosen] = useState<Record<string, string>>({})
  const preview = useQuery({ queryKey: ['counterparty-merges', mergeId], queryFn: ({ signal }) => get<MergeUndoPreview>(`counterparty-merges/${mergeId}:previewUndo`, undefined, signal), gcTime: 0, retry: false })
  const save = useMutation({
    mutationFn: () => post<CounterpartyMerge>(`counterparty-merges/${mergeId}:undo`, { choices: Object.entries(chosen).map(([field, take]) => ({ field, take })) }),
    onSuccess: (merge) => {
      for (const key of ['counterparties', 'contact-persons', 'opportunities', 'requests', 'calls']) void client.invalidateQueries({ queryKey: [key] })
      toast(t('duplicates.undone'), merge.mergedName)
      onClose()
    },
  })
  const { now, before, merged, conflicts = [] } = preview.data ?? {}
  const missing = conflicts.filter(({ field }) => !chosen[field]).length
  const error = preview.error ?? save.error
  return (
    <Dialog onClose={onClose} title={t('duplicates.undoTitle')} size={760} classNames={{ body: 'dlg-body' }}>
      {merged ? <p className="soft dlg-p">{t('duplicates.undoText', { name: merged.displayName })}</p> : null}
      {conflicts.length > 0 ? (
        <ChoiceTable
          rows={conflicts.map(({ field }) => ({ field, choices: ['now', 'before'] }))}
          columns={[{ take: 'now', label: t('duplicates.now'), of: now }, { take: 'before', label: t('duplicates.before'), of: before }]}
          chosen={chosen}
          onChoose={(field, take) => setChosen({ ...chosen, [field]: take })}
        />
      ) : null}
      {error ? <p className="form-error" role="alert">{errorText(error)}</p> : null}
      <div className="dlg-foot">
        <span className="meta grow">{missing > 0 ? t('conflict.left', { count: missing }) : ''}</span>
        <Button size="lg" onClick={onClose}>{t('ui.close')}</Button>
        <Button size="lg" tone="primary" disabled={!merged || missing > 0} busy={save.isPending} onClick={() => save.mutate()}>{t('duplicates.undo')}</Button>
      </div>
    </Dialog>
  )
}
