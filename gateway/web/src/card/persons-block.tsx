import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPhone, IconPlus } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import type { ContactPerson, Counterparty } from '../api/types.ts'
import { mainChannel, phoneLink, phoneText } from '../parties/party.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'

const PersonForm = lazy(() => import('../parties/person-form.tsx'))

type Props = { party: Counterparty; persons: ContactPerson[]; all: boolean }

/** Contact persons with their part in the decision; three at first. */
export function PersonsBlock({ party, persons, all }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const [form, setForm] = useState<ContactPerson | 'new'>()
  if (!can('contact-persons')) return null
  const shown = all ? persons : persons.slice(0, 3)
  const positionOf = (person: ContactPerson) => {
    const place = person.positions.find((one) => one.counterpartyId === party.id)
    if (!place) return ''
    const part = place.decisionRole === 'unspecified' ? '' : t(`words.decision.${place.decisionRole}`)
    return [place.title, part].filter(Boolean).join(' · ')
  }
  return (
    <section>
      <h2>
        <span className="grow">
          {t('card.persons')} <span className="count">{shown.length < persons.length ? t('card.someOf', { shown: shown.length, all: persons.length }) : persons.length || ''}</span>
        </span>
        {can('contact-persons', 'create') && !party.access?.givenBy ? <IconButton size="sm" icon={IconPlus} label={t('card.addPerson')} onClick={() => setForm('new')} /> : null}
      </h2>
      {shown.map((person) => {
        const main = mainChannel(person, 'phone')
        return (
          <div key={person.id} className="person">
            <Avatar name={person.displayName} size="md" />
            <span className="grow">
              <button type="button" className="cut medium person-name" onClick={() => setForm(person)}>{person.displayName}</button>
              <span className="meta cut person-pos">{positionOf(person)}</span>
            </span>
            {main ? (
              <a className="icon-btn sm" href={phoneLink(main)} aria-label={t('card.callTo', { name: person.displayName })} title={phoneText(main)}>
                <Icon of={IconPhone} />
              </a>
            ) : null}
          </div>
        )
      })}
      {persons.length === 0 ? <p className="meta facts-none">{t('card.noPersons')}</p> : null}
      <Suspense fallback={null}>
        {form ? <PersonForm party={{ id: party.id, name: party.displayName }} {...(form === 'new' ? {} : { person: form })} onClose={() => setForm(undefined)} /> : null}
      </Suspense>
    </section>
  )
}
