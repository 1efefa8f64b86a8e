import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { get, patch } from '../api/client.ts'
import { useCanWith, useFields } from '../api/me.ts'
import type { Call, Channel, ContactPerson, Counterparty } from '../api/types.ts'
import { phone } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { toast, toastError } from '../ui/toast.ts'

type Holder = Counterparty | ContactPerson

type Props = { call: Call; party: Counterparty; persons: ContactPerson[] }

const has = (channels: Channel[], number: string) => channels.some((one) => one.kind === 'phone' && (one.e164 || one.value) === number)

/** Adds the number to what the card holds by now, which somebody may have changed meanwhile. */
async function addNumber(path: string, number: string) {
  const now = await get<Holder>(path)
  if (has(now.channels, number)) return
  const channels = now.channels.map(({ e164: _e164, ...rest }) => rest)
  const added = { kind: 'phone', value: number, primary: !now.channels.some((one) => one.kind === 'phone' && one.primary) }
  await patch<Holder>(`${path}?updateMask=channels`, { channels: [...channels, added] }, now.etag)
}

/** A client who was found for a number that nobody has: it is offered for the card of the one who spoke, so that the next call from it is recognised. */
export function OfferNumber({ call, party, persons }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [declined, setDeclined] = useState(false)
  const number = call.customerNumber
  const person = persons.find(({ id }) => id === call.contactPersonId)
  const section = person ? 'contact-persons' : 'counterparties'
  const holder: Holder = person ?? party
  // A person belongs to the firm: its own access says nothing of them, and the service has the last word.
  const may = useCanWith(section, person ? undefined : party)('change')
  const writable = useFields(section).writable('channels', 'change') && may
  const add = useMutation({
    mutationFn: () => addNumber(`${section}/${holder.id}`, number),
    onSuccess: () => {
      for (const queryKey of [['counterparties'], ['contact-persons']]) void client.invalidateQueries({ queryKey })
      toast(t('call.numberAdded'), holder.displayName)
    },
    onError: (error) => toastError(t('call.notSet'), error),
  })
  const known = call.matches.length > 0 || [party, ...persons].some(({ channels }) => has(channels, number))
  if (declined || !writable || !number || call.withheld || known) return null
  return (
    <div className="cp-offer" role="group" aria-label={t('call.addNumber')}>
      <span className="grow">{t('call.addNumber')}<span className="meta cut" title={holder.displayName}>{phone(number)} → {holder.displayName}</span></span>
      <Button size="sm" busy={add.isPending} onClick={() => add.mutate()}>{t('call.addIt')}</Button>
      <Button size="sm" tone="quiet" onClick={() => setDeclined(true)}>{t('call.addNot')}</Button>
    </div>
  )
}
