import { useTranslation } from 'react-i18next'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import { useKeys } from '../lib/keys.ts'
import { Icon } from '../ui/icon.tsx'
import { CardView } from './card-view.tsx'

const route = getRouteApi('/counterparties/$id')

export default function CardPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const { tab } = route.useSearch()
  const navigate = useNavigate()
  const show = (next: string) => void navigate({ to: '/counterparties/$id', params: { id }, search: next === 'overview' ? {} : { tab: next as 'relations' }, replace: true })
  useKeys([{ combo: 'Escape', label: 'keys.back', run: () => void navigate({ to: '/counterparties' }) }])
  return (
    <>
      <nav className="crumb" aria-label={t('card.crumbs')}>
        <Link to="/counterparties" className="row">
          <Icon of={IconChevronLeft} size={14} className="crumb-back" />
          {t('tree.counterparties')}
        </Link>
      </nav>
      <CardView key={id} id={id} tab={tab ?? 'overview'} onTab={show} />
    </>
  )
}
