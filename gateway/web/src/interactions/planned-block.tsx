import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconCheck, IconPencil, IconPlus, IconX } from '@tabler/icons-react'
import { call, newKey } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import type { CounterpartyCard, Interaction } from '../api/types.ts'
import { when } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { toast, toastError } from '../ui/toast.ts'
import { isOverdue, kindIcons } from './interaction-words.ts'

const InteractionForm = lazy(() => import('./interaction-form.tsx'))
const HoldDialog = lazy(() => import('./hold-dialog.tsx'))

type Open = { form: 'plan' | 'enter' } | { change: Interaction } | { hold: Interaction }

/** What will not take place any more. */
export function useCancel() {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, etag }: Interaction) => call<Interaction>('POST', `interactions/${id}:cancel`, { key: newKey(), etag, body: {} }),
    onSuccess: (saved) => {
      for (const queryKey of [['interactions'], ['counterparties']]) void client.invalidateQueries({ queryKey })
      toast(t('interactions.cancelled'), saved.subject)
    },
    onError: (error) => toastError(t('interactions.notCancelled'), error),
  })
}

/** Planned contacts of a counterparty, the nearest first: held, moved or called off from here. */
export function PlannedBlock({ card }: { card: CounterpartyCard }) {
  const { t } = useTranslation()
  const can = useCan()
  const names = useNames()
  const [open, setOpen] = useState<Open>()
  const cancel = useCancel()
  if (!can('interactions')) return null
  const party = card.counterparty!
  const chosen = { id: party.id, name: party.displayName }
  const close = () => setOpen(undefined)
  return (
    <div className="blk">
      <h2>
        <span className="grow">{t('interactions.block')} <span className="count num">{card.planned.length || ''}</span></span>
        {can('interactions', 'create') ? <Button size="sm" tone="quiet" onClick={() => setOpen({ form: 'enter' })}>{t('interactions.enter')}</Button> : null}
        {can('interactions', 'create') ? <IconButton size="sm" icon={IconPlus} label={t('interactions.plan')} onClick={() => setOpen({ form: 'plan' })} /> : null}
      </h2>
      <ul>
        {card.planned.map((one) => (
          <li key={one.id} className="plan-line">
            <Icon of={kindIcons[one.kind]} />
            <span className="grow cut" title={one.subject}>{one.subject}<span className="meta"> {[one.place, names.person(one.ownerId)].filter(Boolean).join(' · ')}</span></span>
            <span className={`num nowrap ${isOverdue(one) ? 'late-text' : 'soft'}`}>{when(one.startTime)}{isOverdue(one) ? ` · ${t('interactions.overdue')}` : ''}</span>
            {can('interactions', 'change') ? (
              <>
                <IconButton size="sm" icon={IconCheck} label={t('interactions.holdOf', { subject: one.subject })} onClick={() => setOpen({ hold: one })} />
                <IconButton size="sm" icon={IconPencil} label={t('interactions.changeOf', { subject: one.subject })} onClick={() => setOpen({ change: one })} />
                <IconButton size="sm" icon={IconX} label={t('interactions.cancelOf', { subject: one.subject })} onClick={() => cancel.mutate(one)} />
              </>
            ) : null}
          </li>
        ))}
      </ul>
      {card.planned.length === 0 ? <p className="meta blk-none">{t('interactions.none')}</p> : null}
      <Suspense fallback={null}>
        {open && 'form' in open ? <InteractionForm party={chosen} held={open.form === 'enter'} onClose={close} /> : null}
        {open && 'change' in open ? <InteractionForm party={chosen} interaction={open.change} onClose={close} /> : null}
        {open && 'hold' in open ? <HoldDialog interaction={open.hold} onClose={close} /> : null}
      </Suspense>
    </div>
  )
}
