import { Suspense, type ComponentProps, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPlus } from '@tabler/icons-react'
import { number } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from './button.tsx'
import { DataGrid } from './data-grid.tsx'
import { Empty } from './empty.tsx'
import { StatusBar } from './status-bar.tsx'
import { ViewBar } from './view-bar.tsx'

type Props<T extends { id: string }> = Pick<ComponentProps<typeof DataGrid<T>>, 'records' | 'columns' | 'card' | 'openId' | 'onOpen'> & {
  title: string
  /** Key of the words for adding one, and what it does; absent for those who may not. */
  create?: { label: string; run: () => void } | false | undefined
  empty: Pick<ComponentProps<typeof Empty>, 'icon' | 'title' | 'text'>
  filters?: ReactNode
  /** Forms of the page; they come when they are asked for. */
  children?: ReactNode
}

/** A page that is one list: what administrators set up. */
export function ListPage<T extends { id: string }>({ title, create, empty, filters, children, records, ...grid }: Props<T>) {
  const { t } = useTranslation()
  const may = create ? create : undefined
  useKeys([{ combo: 'c', label: may?.label ?? 'ui.create', command: true, run: () => may?.run() }], may !== undefined)
  return (
    <>
      <ViewBar title={title} range={records.isPending ? '' : t('ui.loaded', { shown: number(records.rows.length), count: records.rows.length })}>
        {may ? <Button tone="primary" icon={IconPlus} combo="c" onClick={may.run}>{t('ui.create')}</Button> : null}
      </ViewBar>
      {filters}
      <DataGrid
        {...grid} label={title} records={records}
        empty={<Empty {...empty}>{may ? <Button tone="primary" size="lg" combo="c" onClick={may.run}>{t(may.label)}</Button> : null}</Empty>}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]} />
      <Suspense fallback={null}>{children}</Suspense>
    </>
  )
}
