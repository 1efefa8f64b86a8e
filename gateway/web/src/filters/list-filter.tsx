import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconBookmark, IconCheck, IconX } from '@tabler/icons-react'
import { useGroupTitles } from '../api/directory.ts'
import { useCan, useMe } from '../api/me.ts'
import { searchOf, useSavedFilters } from '../api/saved-filters.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Question } from '../ui/question.tsx'
import type { Resource } from './catalogue.ts'
import { countOf } from './model.ts'
import { useRemoveSaved } from './use-saved.ts'

const BuilderDialog = lazy(() => import('./builder-dialog.tsx'))
const SaveDialog = lazy(() => import('./save-dialog.tsx'))

/** What the address says of a list. */
export type FilterAddress = { filter?: string | undefined; saved?: string | undefined; sort?: string | undefined; form?: 'list' | undefined; view?: 'all' | undefined }

type Props = {
  resource: Resource
  /** The conditions of the builder. */
  filter: string | undefined
  /** All conditions in force, with those of chips and tabs: these are saved. */
  whole: string
  saved: string | undefined
  orderBy: string
  /** Columns that are shown, for who saves. */
  columns?: string[]
  onChange: (patch: FilterAddress) => void
  onColumns?: (columns: string[]) => void
}

/** Conditions in groups and saved filters, in the head of a list. */
export function ListFilter({ resource, filter, whole, saved, orderBy, columns = [], onChange, onColumns }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'builder' | 'create' | 'change' | 'remove' | undefined>()
  const known = useSavedFilters().filter((one) => one.resource === resource)
  const current = known.find((one) => one.id === saved)
  const can = useCan()
  const me = useMe()
  const groups = useGroupTitles()
  // Of others it is theirs to change: who wants it otherwise keeps a new one.
  const mine = current && (current.ownerId === me.employee?.id || can('saved-filters', 'manage')) ? current : undefined
  const shared = mine?.groups.map(groups.title).join(', ') ?? ''
  const remove = useRemoveSaved(() => onChange({ saved: undefined }))
  useKeys([{ combo: 'shift+f', label: 'filters.open', command: true, run: () => setOpen('builder') }])
  const close = () => setOpen(undefined)
  const choose = (id: string) => {
    const one = known.find((other) => other.id === id)!
    onChange({ filter: undefined, sort: undefined, ...searchOf(one) })
    if (one.columns.length > 0) onColumns?.(one.columns)
  }
  return (
    <>
      {filter ? (
        <span className="chip">
          <button type="button" className="chip-value" onClick={() => setOpen('builder')}>{t('filters.chip', { count: countOf(filter) })}</button>
          <button type="button" className="chip-x" aria-label={t('filters.clear')} onClick={() => onChange({ filter: undefined, saved: undefined })}><Icon of={IconX} size={12} /></button>
        </span>
      ) : (
        <Button tone="quiet" size="sm" icon={IconAdjustmentsHorizontal} onClick={() => setOpen('builder')}>{t('filters.title')}</Button>
      )}
      <Menu position="bottom-start" transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <Button tone="quiet" size="sm" icon={IconBookmark}>{current?.displayName ?? t('filters.saved')}</Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} className="scroll">
          {known.map((one) => (
            <Menu.Item key={one.id} onClick={() => choose(one.id)} rightSection={one.id === saved ? <Icon of={IconCheck} size={14} /> : null}>
              {one.displayName}
            </Menu.Item>
          ))}
          {known.length > 0 ? <Menu.Divider /> : <Menu.Label>{t('filters.noneSaved')}</Menu.Label>}
          <Menu.Item onClick={() => setOpen('create')}>{t('filters.saveAs')}</Menu.Item>
          {mine ? <Menu.Item onClick={() => setOpen('change')}>{t('filters.change')}</Menu.Item> : null}
          {mine ? <Menu.Item onClick={() => setOpen('remove')}>{t('filters.remove', { name: mine.displayName })}</Menu.Item> : null}
        </Menu.Dropdown>
      </Menu>
      {open === 'remove' && mine ? (
        <Question
          tone="bad" title={t('filters.removeTitle', { name: mine.displayName })} submit={t('filters.removeSubmit')} onBack={close} onSubmit={() => { close(); remove.mutate(mine) }}
          text={[shared && t('filters.removeShared', { groups: shared }), ['counterparties', 'contact-persons'].includes(resource) && t('filters.removeBook'), t('ui.removeText')].filter(Boolean).join(' ')}
        />
      ) : null}
      <Suspense fallback={null}>
        {open === 'builder' ? <BuilderDialog resource={resource} filter={filter ?? ''} onClose={close} onApply={(next) => { onChange({ filter: next || undefined }); close() }} /> : null}
        {open === 'create' || open === 'change' ? (
          <SaveDialog resource={resource} filter={whole} orderBy={orderBy} columns={columns} current={open === 'change' ? mine : undefined} onClose={close} onDone={(id) => { onChange({ saved: id }); close() }} />
        ) : null}
      </Suspense>
    </>
  )
}
