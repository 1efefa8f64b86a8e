import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRecords } from '../api/records.ts'
import type { Message, MessageReceipt } from '../api/types.ts'
import { when } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Person } from '../ui/person.tsx'

/** The whole text, and who has read it or has not. */
export function Receipts({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation()
  const [unreadOnly, setUnreadOnly] = useState(false)
  const records = useRecords<MessageReceipt>(`messages/${message.id}/receipts`, 'receipts', { unreadOnly } as object)
  return (
    <Dialog onClose={onClose} title={t('notices.receipts')} size={520}>
      <p className="notice-text">{message.text}</p>
      <label className="check-line">
        <input type="checkbox" checked={unreadOnly} onChange={(event) => setUnreadOnly(event.currentTarget.checked)} /> {t('notices.unreadOnly')}
      </label>
      <ul className="receipt-list">
        {records.rows.map((row) => (
          <li key={row.id}>
            <span className="grow"><Person id={row.employeeId} full /></span>
            <span className={`num ${row.readTime ? 'soft' : 'late-text'}`}>{row.readTime ? when(row.readTime) : t('notices.notRead')}</span>
          </li>
        ))}
      </ul>
      {records.rows.length === 0 && !records.isPending ? <p className="soft">{t('notices.allHaveRead')}</p> : null}
      {records.hasNextPage ? <Button size="lg" busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>{t('notices.more')}</Button> : null}
    </Dialog>
  )
}
