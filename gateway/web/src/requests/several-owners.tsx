import { useTranslation } from 'react-i18next'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import type { ChosenParty } from '../ui/party-select.tsx'
import '../calls/call-panel.css'

/** Several clients have the number: whose it is now, somebody has to say. */
export function SeveralOwners({ owners, busy = false, onChoose }: { owners: readonly ChosenParty[]; busy?: boolean; onChoose: (party: ChosenParty) => void }) {
  const { t } = useTranslation()
  return (
    <section aria-label={t('call.whoIsIt')}>
      <p className="meta" role="status">{t('requests.severalOwners')}</p>
      <ul className="matches">
        {owners.map((one) => (
          <li key={one.id} className="match">
            <Avatar name={one.name} />
            <span className="grow cut match-name">{one.name}</span>
            <Button size="sm" busy={busy} aria-label={t('requests.chooseOwner', { name: one.name })} onClick={() => onChoose(one)}>{t('call.itIs')}</Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
