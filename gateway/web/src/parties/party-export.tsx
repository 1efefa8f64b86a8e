import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { number } from '../lib/format.ts'
import { ExportItems, ExportMenu, type ExportOf } from '../ui/export-menu.tsx'

const ExportDialog = lazy(() => import('./export-dialog.tsx'))

/** Counterparties as files: a table to read, and files that an import takes back. `found`: how many of a search there are, where there are more than it shows. */
export function PartyExport({ found, ...of }: ExportOf & { found?: number | undefined }) {
  const { t } = useTranslation()
  const [choosing, setChoosing] = useState(false)
  return (
    <>
      <ExportMenu {...of} {...(found === undefined ? {} : { title: t('exports.found', { shown: number(found) }) })}>
        <Menu.Label>{t('exports.forReturn')}</Menu.Label>
        <ExportItems of={of} formats={['csv', 'xlsx', 'vcard', 'vcard3', 'json']} />
        <Menu.Divider />
        <Menu.Item onClick={() => setChoosing(true)}>{t('exports.choose')}</Menu.Item>
      </ExportMenu>
      <Suspense fallback={null}>{choosing ? <ExportDialog {...of} onClose={() => setChoosing(false)} /> : null}</Suspense>
    </>
  )
}
