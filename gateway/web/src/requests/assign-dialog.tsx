import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Request } from '../api/types.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

type Props = { request: Request; onClose: () => void; onAssign: (ownerId: string) => Promise<unknown> }

export function AssignDialog({ request, onClose, onAssign }: Props) {
  const { t } = useTranslation()
  const [owner, setOwner] = useState<string>()
  const [busy, setBusy] = useState(false)
  const send = () => {
    if (!owner) return
    setBusy(true)
    onAssign(owner).then(onClose, onClose)
  }
  return (
    <FormDialog title={t('requests.assignTitle', { number: request.number })} submit={t('requests.assignDo')} onClose={onClose} onSubmit={send} busy={busy} size={440}>
      <div className="w2">
        <EmployeeSelect required label={t('requests.newOwner')} value={owner} onChange={setOwner} />
      </div>
    </FormDialog>
  )
}
