import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconBan, IconKey } from '@tabler/icons-react'
import { post } from '../api/client.ts'
import type { IntegrationAccount } from '../api/types.ts'
import { dateTime } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import { Button } from '../ui/button.tsx'
import { Status } from '../ui/status.tsx'
import { toast, toastError } from '../ui/toast.ts'
import { ToldOnce } from '../ui/told-once.tsx'
import './integrations.css'

const HOUR = 3600
const overlaps = { now: 0, hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const

type Issued = { integrationAccount: IntegrationAccount; secret: string }

/** The keys of an account: a new one, with its secret this once; the end of all of them. */
export function IntegrationKeys({ account, may, onTold }: { account: IntegrationAccount; may: boolean; onTold: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [overlap, setOverlap] = useState<keyof typeof overlaps>('day')
  const [clientId, setClientId] = useState('')
  const [asking, setAsking] = useState(false)
  const now = useNow(10_000)
  const keep = (saved: IntegrationAccount) => {
    client.setQueryData(['integration-accounts', account.id], saved)
    void client.invalidateQueries({ queryKey: ['integration-accounts', 'list'] })
  }
  const issue = useMutation({
    mutationFn: () => post<Issued>(`integration-accounts/${account.id}:issueKey`, { overlapSeconds: overlaps[overlap], clientId: clientId.trim() }),
    onSuccess: ({ integrationAccount }) => {
      setClientId('')
      keep(integrationAccount)
      onTold()
    },
    onError: (error) => toastError(t('integrations.notIssued'), error),
  })
  const revoke = useMutation({
    mutationFn: () => post<IntegrationAccount>(`integration-accounts/${account.id}:revoke`),
    onSuccess: (saved) => {
      keep(saved)
      toast(t('integrations.revoked'), t('sessions.soon'))
    },
    onError: (error) => toastError(t('integrations.notRevoked'), error),
  })
  const isOver = (end: string | undefined) => end !== undefined && Date.parse(end) <= now
  const made = issue.data
  return (
    <section className="w2 keys" aria-label={t('integrations.keys')}>
      <h3>{t('integrations.keys')}</h3>
      {account.keys.length === 0 ? <p className="meta">{t('integrations.noKeys')}</p> : null}
      <ul>
        {account.keys.map((one) => (
          <li key={one.clientId} className="row">
            <code className="grow cut">{one.clientId}</code>
            {one.expireTime ? <Status tone={isOver(one.expireTime) ? 'neutral' : 'warn'}>{t(isOver(one.expireTime) ? 'integrations.keyEnded' : 'integrations.keyEnds', { time: dateTime(one.expireTime) })}</Status> : <Status tone={account.revokeTime ? 'neutral' : 'good'}>{t(account.revokeTime ? 'integrations.is.revoked' : 'integrations.keyWorks')}</Status>}
          </li>
        ))}
      </ul>
      {made?.secret ? <ToldOnce text={t('integrations.secretOnce')} parts={[[t('integrations.clientIdShort'), made.integrationAccount.keys[0]!.clientId], [t('integrations.secret'), made.secret]]} /> : null}
      {may ? (
        <div className="key-new">
          {account.keys.length > 0 ? <Select label={t('integrations.overlap')} data={Object.keys(overlaps).map((value) => ({ value, label: t(`integrations.overlaps.${value}`) }))} value={overlap} onChange={(next) => setOverlap((next ?? 'day') as keyof typeof overlaps)} allowDeselect={false} /> : null}
          <TextInput label={t('integrations.clientId')} description={t('integrations.clientIdHint')} value={clientId} onChange={(event) => setClientId(event.currentTarget.value)} maxLength={100} />
          <div className="row">
            <Button icon={IconKey} busy={issue.isPending} onClick={() => issue.mutate()}>{t(account.keys.length > 0 ? 'integrations.changeKey' : 'integrations.issueKey')}</Button>
            <span className="grow" />
            {asking ? null : <Button tone="bad" icon={IconBan} onClick={() => setAsking(true)}>{t('integrations.revoke')}</Button>}
          </div>
          {asking ? (
            <div className="told-once" role="alert">
              <p>{t('integrations.revokeSure', { name: account.name })}</p>
              <div className="row">
                <Button tone="bad" busy={revoke.isPending} onClick={() => revoke.mutate()}>{t('integrations.revokeYes')}</Button>
                <Button onClick={() => setAsking(false)}>{t('ui.cancel')}</Button>
              </div>
            </div>
          ) : null}
        </div>
      ) : null}
    </section>
  )
}
