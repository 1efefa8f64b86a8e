import { useTranslation } from 'react-i18next'
import { IconLogout } from '@tabler/icons-react'
import { errorText } from '../api/error-text.ts'
import { useRecords } from '../api/records.ts'
import type { Session } from '../api/types.ts'
import { when } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SessionState } from './online-list.tsx'
import { useEndSessions } from './use-end-sessions.ts'
import './sessions.css'

/** Where the signed-in person is on-line; all but this one can be ended. */
export default function MySessionsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const records = useRecords<Session>('my-sessions', 'sessions')
  const end = useEndSessions()
  const others = records.rows.filter(({ current }) => !current)
  return (
    <Dialog onClose={onClose} title={t('sessions.mine')} size={560}>
      {records.error ? <p className="form-error" role="alert">{errorText(records.error)}</p> : null}
      <ul className="session-list">
        {records.rows.map((row) => (
          <li key={row.id}>
            <span className="grow">
              <b className="cut">{row.client || row.clientId}</b>
              <span className="meta num">{t('sessions.lastUseAt', { address: row.address, time: when(row.useTime) })}</span>
            </span>
            <SessionState row={row} />
            {row.current ? null : <Button size="sm" onClick={() => end.mutate({ path: `my-sessions/${row.id}:end` })} aria-label={t('sessions.endOf', { name: row.client || row.clientId })}>{t('sessions.end')}</Button>}
          </li>
        ))}
      </ul>
      <div className="form-foot">
        <span className="grow" />
        <Button size="lg" icon={IconLogout} busy={end.isPending} disabled={others.length === 0} onClick={() => end.mutate({ path: 'my-sessions:endOthers' })}>{t('sessions.endOthers')}</Button>
      </div>
    </Dialog>
  )
}
