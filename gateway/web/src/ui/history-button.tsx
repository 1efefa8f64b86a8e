import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconHistory } from '@tabler/icons-react'
import { IconButton } from './icon-button.tsx'

const HistoryDialog = lazy(() => import('../audit/history-dialog.tsx'))

type Props = { section: 'counterparties' | 'contact-persons' | 'opportunities' | 'requests'; id: string; title: string }

/** What was done with one record, for whoever sees it. */
export function HistoryButton({ section, id, title }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <IconButton icon={IconHistory} label={t('audit.history')} onClick={() => setOpen(true)} />
      <Suspense fallback={null}>{open ? <HistoryDialog section={section} id={id} title={title} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
