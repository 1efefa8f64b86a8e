import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { address } from '../api/client.ts'
import { Button } from '../ui/button.tsx'

const ExportDialog = lazy(() => import('./export-dialog.tsx'))

const FORMATS = ['csv', 'xlsx', 'vcard', 'vcard3', 'json'] as const

/** The list as a file: the same conditions, the same order. */
export function ExportMenu({ filter, orderBy }: { filter: string; orderBy: string }) {
  const { t } = useTranslation()
  const [choosing, setChoosing] = useState(false)
  return (
    <>
      <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
        <Menu.Target><Button icon={IconDownload} className="wide-only">{t('exports.export')}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{filter === '' ? t('exports.all') : t('exports.filtered')}</Menu.Label>
          {FORMATS.map((format) => (
            <Menu.Item key={format} component="a" href={address('counterparties:export', { filter, orderBy, format })} download>{t(`exports.format.${format}`)}</Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setChoosing(true)}>{t('exports.choose')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>{choosing ? <ExportDialog filter={filter} orderBy={orderBy} onClose={() => setChoosing(false)} /> : null}</Suspense>
    </>
  )
}
