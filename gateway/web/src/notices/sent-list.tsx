import { useTranslation } from 'react-i18next'
import { IconMessage } from '@tabler/icons-react'
import { useGroupTitles, useNames } from '../api/directory.ts'
import { useRecords } from '../api/records.ts'
import type { Message } from '../api/types.ts'
import { number, when } from '../lib/format.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { Person } from '../ui/person.tsx'
import { Receipts } from './receipts.tsx'

type Props = { openId: string | undefined; onOpen: (id: string | undefined) => void }

/** What was sent, to whom, and how many have read it. */
export function SentList({ openId, onOpen }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const { title } = useGroupTitles()
  const records = useRecords<Message>('messages', 'messages')
  const opened = records.rows.find(({ id }) => id === openId)
  const to = (row: Message) => (row.employeeId ? names.person(row.employeeId) : row.group ? title(row.group) : row.branchId ? names.branch(row.branchId) : t('notices.to.everybody'))
  const text = (row: Message) => <button type="button" className="name cut" title={row.text} onClick={() => onOpen(row.id)}>{row.text}</button>
  const readers = (row: Message) => t('notices.readBy', { read: number(row.readCount), all: number(row.recipientCount) })
  const columns: GridColumn<Message>[] = [
    { id: 'text', head: 'notices.text', cell: text },
    { id: 'to', head: 'notices.audience', width: 200, cell: (row) => <span className="soft cut">{to(row)}</span> },
    { id: 'read', head: 'notices.read', width: 130, cell: (row) => <span className="num soft">{readers(row)}</span> },
    { id: 'must', head: 'notices.mustRead', width: 130, spare: 0, cell: (row) => <span className="soft">{row.mustRead ? t('notices.yes') : ''}</span> },
    { id: 'sender', head: 'notices.sender', width: 150, spare: 1, cell: (row) => <span className="soft"><Person id={row.senderId} /></span> },
    { id: 'time', head: 'notices.time', width: 150, cell: (row) => <span className="num soft">{when(row.createTime)}</span> },
  ]
  return (
    <>
      <DataGrid
        label={t('notices.view.sent')} records={records} columns={columns} openId={openId} onOpen={(row) => onOpen(row.id)}
        card={(row) => (
          <div className="grow">
            <div className="n">{text(row)}</div>
            <div className="l"><span className="cut">{to(row)}</span></div>
            <div className="l num"><span>{readers(row)}</span><span className="muted">{when(row.createTime)}</span></div>
          </div>
        )}
        empty={<Empty icon={IconMessage} title={t('notices.noneSent')} text={t('notices.noneSentHint')} />}
      />
      {opened ? <Receipts message={opened} onClose={() => onOpen(undefined)} /> : null}
    </>
  )
}
