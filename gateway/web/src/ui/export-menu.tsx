import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { address, timeZone } from '../api/client.ts'
import { Button } from './button.tsx'

/** What the list shows: its conditions and order, or the words that were searched for. */
export type ExportOf = { path: string; q?: string; filter: string; orderBy: string }

/** The list as a file: the same conditions, the same order. `title`: which records these are; `children`: files that only this list has. */
export function ExportMenu({ path, q = '', filter, orderBy, title, children }: ExportOf & { title?: string; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target><Button icon={IconDownload} className="wide-only">{t('exports.export')}</Button></Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{title ?? t(filter === '' ? 'exports.all' : 'exports.filtered')}</Menu.Label>
        <Menu.Label>{t('exports.asShown')}</Menu.Label>
        <ExportItems of={{ path, q, filter, orderBy }} formats={['xlsx', 'csv']} forPeople />
        <Menu.Divider />
        {children ?? (
          <>
            <Menu.Label>{t('exports.forPrograms')}</Menu.Label>
            <ExportItems of={{ path, q, filter, orderBy }} formats={['json']} />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** A line for each kind of file; `forPeople`: with heads and words in the reader's language and times of the reader's zone. */
export function ExportItems({ of: { path, ...question }, formats, forPeople = false }: { of: ExportOf; formats: readonly string[]; forPeople?: boolean }) {
  const { t, i18n } = useTranslation()
  const reader = forPeople ? { language: i18n.language, timeZone } : {}
  return formats.map((format) => {
    const label = t(`exports.format.${format}`)
    return <Menu.Item key={format} component="a" aria-label={forPeople ? `${t('exports.asShown')}: ${label}` : label} href={address(`${path}:export`, { ...question, ...reader, format })} download>{label}</Menu.Item>
  })
}
