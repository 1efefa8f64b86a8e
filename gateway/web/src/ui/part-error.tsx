import { useTranslation } from 'react-i18next'
import { IconAlertCircle, IconLock, IconRefresh } from '@tabler/icons-react'
import { ApiError } from '../api/client.ts'
import { errorText, fieldError } from '../api/error-text.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

type Props = { error: unknown; what: string; onRetry?: () => void }

/** A part that failed says so in its own place; the rest of the page goes on. */
export function PartError({ error, what, onRetry }: Props) {
  const { t } = useTranslation()
  const closed = error instanceof ApiError && error.status === 403
  const trace = error instanceof ApiError ? error.problem.traceId : undefined
  return (
    <div className={`perr ${closed ? 'closed' : ''}`} role={closed ? undefined : 'alert'}>
      <Icon of={closed ? IconLock : IconAlertCircle} />
      <div className="grow">
        <b>{closed ? t('errors.noRight') : t('errors.partNotShown', { what })}</b>
        <div>
          {closed ? t('errors.noRightHint') : (fieldError(error, 'filter') ?? errorText(error))}
          {trace ? ` ${t('errors.code', { code: trace })}` : ''}
        </div>
      </div>
      {onRetry && !closed ? (
        <Button size="sm" icon={IconRefresh} onClick={onRetry}>
          {t('errors.retry')}
        </Button>
      ) : null}
    </div>
  )
}
