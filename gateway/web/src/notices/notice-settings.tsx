import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, get } from '../api/client.ts'
import type { NotificationChoice, NotificationSettings } from '../api/types.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { toast } from '../ui/toast.ts'
import './notices.css'

const queryKey = ['notification-settings']

/** Where one is told of what. Mail that cannot be sent says why. */
export default function NoticeSettings({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const settings = useQuery({ queryKey, queryFn: ({ signal }) => get<NotificationSettings>('notification-settings', undefined, signal) }).data
  const [changed, setChanged] = useState<Record<string, Partial<NotificationChoice>>>({})
  const choices = (settings?.choices ?? []).map((choice) => ({ ...choice, ...changed[choice.kind] }))
  const hasMail = settings?.mail === 'available'
  const save = useMutation({
    mutationFn: () => call<NotificationSettings>('PUT', 'notification-settings', { body: { choices } }),
    onSuccess: (saved) => {
      client.setQueryData(queryKey, saved)
      toast(t('notices.settingsSaved'))
      onClose()
    },
  })
  const box = (choice: NotificationChoice, field: 'inClient' | 'byMail', disabled: boolean) => (
    <input
      type="checkbox" checked={choice[field]} disabled={disabled} aria-label={`${t(`notices.kind.${choice.kind}`)}: ${t(`notices.${field}`)}`}
      onChange={(event) => setChanged({ ...changed, [choice.kind]: { ...changed[choice.kind], [field]: event.currentTarget.checked } })}
    />
  )
  return (
    <FormDialog title={t('notices.settings')} submit={t('ui.save')} size={520} onClose={onClose} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <table className="notice-kinds w2">
        <thead><tr><th scope="col">{t('notices.what')}</th><th scope="col" className="c">{t('notices.inClient')}</th><th scope="col" className="c">{t('notices.byMail')}</th></tr></thead>
        <tbody>
          {choices.map((choice) => (
            <tr key={choice.kind}>
              <td>{t(`notices.kind.${choice.kind}`)}</td>
              <td className="c">{box(choice, 'inClient', choice.kind === 'message')}</td>
              <td className="c">{box(choice, 'byMail', !hasMail && !choice.byMail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {settings && !hasMail ? <p className="meta w2" role="note">{t(`notices.mail.${settings.mail}`)}</p> : null}
    </FormDialog>
  )
}
