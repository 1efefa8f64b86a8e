import { useTranslation } from 'react-i18next'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { IconAlertTriangle } from '@tabler/icons-react'
import { call } from '../api/client.ts'
import { useDebounced } from '../lib/use-debounced.ts'
import { Icon } from '../ui/icon.tsx'
import { Reasons } from './reasons.tsx'
import type { DuplicateCounterparty } from '../api/types.ts'

type Typed = { displayName: string; taxCode?: string; channels: { kind: string; value: string }[]; addresses?: object[] }

const isEnough = ({ displayName, taxCode = '', channels }: Typed) => displayName.trim().length >= 3 || taxCode.length >= 6 || channels.some(({ value }) => value.length >= 6)

/** While somebody types: who that may be already, why, and the way there. Says nothing when there is nobody. */
export function DuplicateHint({ typed }: { typed: Typed }) {
  const { t } = useTranslation()
  const asked = useDebounced(JSON.stringify(typed), 300)
  const { data } = useQuery({
    queryKey: ['counterparties', 'list', 'duplicates', asked],
    queryFn: ({ signal }) => call<{ duplicates: DuplicateCounterparty[] }>('POST', 'counterparties:findDuplicates', { body: { ...(JSON.parse(asked) as Typed), pageSize: 3 }, signal }),
    enabled: isEnough(JSON.parse(asked) as Typed),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const found = isEnough(typed) ? (data?.duplicates ?? []) : []
  return (
    <div className="w2" role="status">
      {found.length > 0 ? (
        <div className="dup-hint">
          <p className="row medium"><Icon of={IconAlertTriangle} />{t('duplicates.perhaps', { count: found.length })}</p>
          <ul>
            {found.map((one) => (
              <li key={one.counterparty!.id}>
                <Link to="/counterparties/$id" params={{ id: one.counterparty!.id }} className="link cut">{one.counterparty!.displayName}</Link>
                <Reasons probability={one.probability} reasons={one.reasons} of={one.counterparty} />
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  )
}
