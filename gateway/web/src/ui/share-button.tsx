import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconShare } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import type { RecordAccess } from '../api/types.ts'
import { IconButton } from './icon-button.tsx'

const ShareDialog = lazy(() => import('./share-dialog.tsx'))

type Props = { section: 'counterparties' | 'opportunities' | 'requests' | 'calls'; id: string; title: string; access: RecordAccess | undefined; size?: 'sm' }

/** Lets others in to one record; for who may change it by a right of their own. */
export function ShareButton({ section, id, title, access, size }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (!can(section, 'change') || access?.share === false) return null
  return (
    <>
      <IconButton icon={IconShare} label={t('share.title')} {...(size && { size })} onClick={() => setOpen(true)} />
      <Suspense fallback={null}>{open ? <ShareDialog section={section} id={id} title={title} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
