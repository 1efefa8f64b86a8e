import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { address } from '../api/client.ts'
import { Button } from '../ui/button.tsx'

const ExportDialog = lazy(() => import('./export-dialog.tsx'))

const FORMATS = ['csv', 'xlsx', 'vcard', 'vcard3', 'json'] as const

/** What the list shows: its conditions and order, or the words that were searched for. */
export type ExportOf = { q: string; filter: string; orderBy: string }

/** The list as a file: the same conditions, the same order. */
export function ExportMenu({ q, filter, orderBy }: ExportOf) {
  const { t } = useTranslation()
  const [choosing, setChoosing] = useState(false)
  return (
    <>
      <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
        <Menu.Target><Button icon={IconDownload} className="wide-only">{t('exports.export')}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{filter === '' && q === '' ? t('exports.all') : t('exports.filtered')}</Menu.Label>
          {FORMATS.map((format) => (
            <Menu.Item key={format} component="a" href={address('counterparties:export', { q, filter, orderBy, format })} download>{t(`exports.format.${format}`)}</Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setChoosing(true)}>{t('exports.choose')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>{choosing ? <ExportDialog q={q} filter={filter} orderBy={orderBy} onClose={() => setChoosing(false)} /> : null}</Suspense>
    </>
  )
}
