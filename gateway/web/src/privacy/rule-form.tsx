import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { call, get, patch, post } from '../api/client.ts'
import { errorText, fieldError } from '../api/error-text.ts'
import type { RetentionPreview, RetentionRule } from '../api/types.ts'
import { date, number } from '../lib/format.ts'
import { useDebounced } from '../lib/use-debounced.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { toast } from '../ui/toast.ts'
import { EXAMPLES, type RuleArea } from './rule-areas.ts'
import './privacy.css'

type Draft = { displayName: string; resource: string; filter: string; ageMonths: number; enabled: boolean }

const initialOf = (record: RetentionRule | undefined, { resources }: RuleArea): Draft => ({
  displayName: record?.displayName ?? '', resource: record?.resource ?? resources.at(-1)!, filter: record?.filter ?? '', ageMonths: record?.ageMonths ?? 36, enabled: record?.enabled ?? false,
})

/** A rule of retention: what is kept for how long, what it would take now, and whether it is carried out. */
export default function RuleForm({ area, record, onClose }: { area: RuleArea; record?: RetentionRule; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const { value, base, change, clear, restored } = useDraft<Draft>(`${area.path}.${record?.id ?? 'new'}`, initialOf(record, area), record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const saved = () => {
    void client.invalidateQueries({ queryKey: [area.path] })
    leave()
  }
  const save = useMutation({
    mutationFn: () => (record ? patch<RetentionRule>(`${area.path}/${record.id}?updateMask=displayName,filter,ageMonths,enabled`, value, base) : post<RetentionRule>(area.path, value, { key: key.of(value) })),
    onSuccess: () => {
      toast(t('privacy.ruleSaved'), value.displayName)
      saved()
    },
  })
  const remove = useMutation({ mutationFn: () => call<unknown>('DELETE', `${area.path}/${record!.id}`), onSuccess: saved })
  const preview = usePreview(area.path, record, value)
  const error = (field: string) => fieldError(save.error ?? preview.error, field)
  // Nobody carries out what nobody has looked at: what it takes is told before it can be saved so.
  const unseen = value.enabled && preview.isPending && record !== undefined
  return (
    <FormDialog restored={restored} title={record ? value.displayName : t('privacy.addRule')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending || unseen} error={save.error ?? remove.error}
      foot={record ? <RemoveButton name={record.displayName} busy={remove.isPending} onRemove={() => remove.mutate()} /> : null}>
      <TextInput data-autofocus required label={t('privacy.ruleName')} value={value.displayName} onChange={(event) => change({ displayName: event.currentTarget.value })} error={error('displayName')} maxLength={100} />
      <NumberField required label={t('privacy.ruleMonths')} min={area.least} max={600} description={area.least > 1 ? t('privacy.ruleLeast', { count: area.least }) : undefined} value={value.ageMonths} onChange={(months) => change({ ageMonths: Number(months) || 1 })} error={error('ageMonths')} />
      <fieldset className="w2 subject-what" disabled={record !== undefined}>
        <legend>{t('privacy.ruleWhat')}</legend>
        {area.resources.map((resource) => (
          <label key={resource} className="check-line"><input type="radio" name="resource" checked={value.resource === resource} onChange={() => change({ resource })} /> {t(`words.retention.${resource}`)}</label>
        ))}
      </fieldset>
      <div className="w2"><TextInput label={t('privacy.ruleFilter')} description={t('privacy.ruleFilterHint', { example: EXAMPLES[value.resource] })} value={value.filter} onChange={(event) => change({ filter: event.currentTarget.value })} error={error('filter')} maxLength={2000} /></div>
      {record ? <label className="check-line w2"><input type="checkbox" checked={value.enabled} onChange={(event) => change({ enabled: event.currentTarget.checked })} /> {t('privacy.ruleOn')}</label> : <p className="meta w2">{t('privacy.ruleSaveFirst')}</p>}
      {record ? <Preview found={preview} /> : null}
    </FormDialog>
  )
}

/** Nobody counts further than 10,000. */
const counted = (count: number): string => (count > 10_000 ? `${number(10_000)}+` : number(count))

/** What the rule would take now, as it stands in the form. */
function usePreview(path: string, record: RetentionRule | undefined, { filter, ageMonths }: Draft) {
  const now = `ageMonths=${ageMonths}&filter=${encodeURIComponent(filter)}`
  const asked = useDebounced(now, 300)
  const found = useQuery({
    queryKey: [path, record?.id, 'preview', asked],
    queryFn: ({ signal }) => get<RetentionPreview>(`${path}/${record!.id}:preview?${asked}`, undefined, signal),
    gcTime: 0, retry: false, enabled: record !== undefined,
  })
  return { ...found, isPending: found.isPending || asked !== now }
}

function Preview({ found: { data, error, isPending } }: { found: Pick<UseQueryResult<RetentionPreview>, 'data' | 'error'> & { isPending: boolean } }) {
  const { t } = useTranslation()
  if (isPending) return <p className="meta w2" role="status">{t('privacy.ruleCounting')}</p>
  if (error) return <p className="form-error w2" role="alert">{errorText(error)}</p>
  if (data === undefined) return null
  return (
    <section className="w2">
      <p className="dlg-p" role="status">{t('privacy.rulePreview', { n: counted(data.count) })}{data.count > data.items.length ? ` · ${t('privacy.shownFirst', { shown: number(data.items.length) })}` : ''}</p>
      {data.held.map(({ reason, count }) => <p key={reason} className="soft dlg-p">{t(`privacy.held.${reason}`, { n: counted(count) })}</p>)}
      {data.items.length > 0 ? (
        <div className="subject-places">
          <table><tbody>{data.items.map((item) => <tr key={item.id}><td>{item.displayName}</td><td className="num">{date(item.sinceTime!)}</td></tr>)}</tbody></table>
        </div>
      ) : null}
    </section>
  )
}
