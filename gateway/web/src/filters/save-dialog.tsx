import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MultiSelect, TextInput } from '@mantine/core'
import { useGroupTitles } from '../api/directory.ts'
import { fieldError } from '../api/error-text.ts'
import { useMe } from '../api/me.ts'
import type { SavedFilter } from '../api/types.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import type { Resource } from './catalogue.ts'
import { useKeepFilter } from './use-saved.ts'

type Props = { resource: Resource; filter: string; orderBy: string; columns: string[]; current: SavedFilter | undefined; onClose: () => void; onDone: (id: string) => void }

/** A name for what the list shows now, and who else sees it. */
export default function SaveDialog({ resource, filter, orderBy, columns, current, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const { title } = useGroupTitles()
  const key = useFormKey()
  const [displayName, setName] = useState(current?.displayName ?? '')
  const [groups, setGroups] = useState(current?.groups ?? [])
  const keep = useKeepFilter(current, onDone)
  const send = () => {
    const draft = { displayName: displayName.trim(), resource, filter, orderBy, columns, groups }
    keep.mutate({ draft, key: key.of(draft) })
  }
  return (
    <FormDialog title={t(current ? 'filters.change' : 'filters.saveAs')} submit={t('ui.save')} size={520} onClose={onClose} onSubmit={send} busy={keep.isPending} error={keep.error}>
      <div className="w2">
        <TextInput label={t('filters.name')} required data-autofocus value={displayName} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} error={fieldError(keep.error, 'displayName') ?? fieldError(keep.error, 'filter')} />
      </div>
      <div className="w2">
        <MultiSelect label={t('filters.shareWith')} description={t('filters.shareHint')} data={[...new Set([...me.groups, ...groups])].map((name) => ({ value: name, label: title(name) }))} value={groups} onChange={setGroups} error={fieldError(keep.error, 'groups')} />
      </div>
    </FormDialog>
  )
}
