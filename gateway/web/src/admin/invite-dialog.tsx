import { useTranslation } from 'react-i18next'
import { useMutation } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import type { Employee } from '../api/types.ts'
import { dateTime } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { ToldOnce } from '../ui/told-once.tsx'

type Invited = { link: string; expireTime: string; mailed: boolean }

/** A link by which an employee sets a password: asked for first, and then told. */
export default function InviteDialog({ employee, onClose }: { employee: Employee; onClose: () => void }) {
  const { t } = useTranslation()
  const invite = useMutation({ mutationFn: () => post<Invited>(`employees/${employee.id}:invite`) })
  const made = invite.data
  const title = t(employee.signedIn ? 'invite.titleAgain' : 'invite.title', { name: employee.displayName })
  if (made === undefined) {
    return (
      <FormDialog title={title} submit={t('invite.make')} leaving={employee.signedIn ? undefined : t('invite.later')} onClose={onClose} onSubmit={() => invite.mutate()} busy={invite.isPending} error={invite.error}>
        <p className="w2 soft">{t(employee.signedIn ? 'invite.hintAgain' : 'invite.hint')}</p>
        <p className="w2 meta">{t(employee.email ? 'invite.toMail' : 'invite.toHand', { email: employee.email })}</p>
      </FormDialog>
    )
  }
  return (
    <Dialog title={title} size={640} onClose={onClose}>
      <ToldOnce text={t('invite.once', { time: dateTime(made.expireTime) })} parts={[[t('invite.link'), made.link]]} />
      <p className="meta">{t(made.mailed ? 'invite.mailed' : employee.email ? 'invite.notMailed' : 'invite.noMail', { email: employee.email })}</p>
      <div className="form-foot">
        <span className="grow" />
        <Button size="lg" tone="primary" onClick={onClose}>{t('invite.done')}</Button>
      </div>
    </Dialog>
  )
}
