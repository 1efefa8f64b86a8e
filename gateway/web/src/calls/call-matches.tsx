import { useTranslation } from 'react-i18next'
import { useCanWith } from '../api/me.ts'
import type { Call } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { useSetParty } from './use-set-party.ts'

/** Several may have this number: a short list with the reason of each. */
export function CallMatches({ call }: { call: Call }) {
  const { t } = useTranslation()
  const may = useCanWith('calls', call)('change')
  const set = useSetParty(call)
  return (
    <section>
      <h3>{t('call.whoIsIt')} <span className="count">{call.matches.length}</span></h3>
      <ul className="matches">
        {call.matches.map((match) => {
          const name = match.contactPersonName || match.counterpartyName
          return (
            <li key={`${match.counterpartyId}${match.contactPersonId}`} className="match">
              <Avatar name={name} />
              <span className="grow">
                <span className="cut match-name" title={name}>{name}</span>
                <span className="meta">{[match.contactPersonName ? match.counterpartyName : '', t(`call.reason.${match.reason}`, { defaultValue: '' })].filter(Boolean).join(' · ')}</span>
              </span>
              {may ? <Button size="sm" busy={set.isPending} onClick={() => set.mutate(match)}>{t('call.itIs')}</Button> : null}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
