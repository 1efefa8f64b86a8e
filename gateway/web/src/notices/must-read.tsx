import { useTranslation } from 'react-i18next'
import { useNames } from '../api/directory.ts'
import { dateTime } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useRead, useUnread } from './use-notices.ts'
import './notices.css'

/** Messages that must be read, one after the other, the oldest first: the press of the button is the receipt. */
export function MustRead() {
  const { t } = useTranslation()
  const names = useNames()
  const read = useRead()
  const waiting = useUnread().data?.notifications.filter(({ mustRead }) => mustRead) ?? []
  const notice = waiting.at(-1)
  if (notice === undefined) return null
  const sender = names.person(notice.senderId)
  return (
    <Dialog onClose={() => {}} leavable={false} closeOnClickOutside={false} title={sender ? t('notices.messageFrom', { name: sender }) : t('notices.kind.message')} size={520}>
      <p className="notice-text" tabIndex={0}>{notice.title}</p>
      <div className="form-foot">
        <span className="meta num">{dateTime(notice.createTime!)}{waiting.length > 1 ? ` · ${t('notices.moreWait', { count: waiting.length - 1 })}` : ''}</span>
        <span className="grow" />
        <Button size="lg" tone="primary" data-autofocus busy={read.isPending} onClick={() => read.mutate(notice.id)}>{t('notices.haveRead')}</Button>
      </div>
    </Dialog>
  )
}
