import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconLock } from '@tabler/icons-react'
import { Icon } from '../ui/icon.tsx'
import { holdWords, useHolds, type Named } from './use-holds.ts'

/** That a client must not be erased, with the reason, and the way to where it is ended. */
export function HoldMark({ named }: { named: Named }) {
  const { t } = useTranslation()
  const holds = useHolds(named)
  if (holds.length === 0) return null
  return <Link className="flag warn" to="/legal-holds" title={holds.map((hold) => holdWords(hold, t)).join('\n')}><Icon of={IconLock} size={14} />{t('privacy.holdMark')}</Link>
}
