import { useTranslation } from 'react-i18next'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useRouter } from '@tanstack/react-router'
import { ApiError } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'

/** The first question of all, who I am, was not answered. A 401 is on its way to the sign-in page and shows nothing. */
export function StartError({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const router = useRouter()
  if (error instanceof ApiError && error.status === 401) return null
  return (
    <main>
      <Empty icon={IconPlugConnectedX} title={t('frame.noStart')} text={errorText(error)}>
        <Button tone="primary" size="lg" onClick={() => void router.invalidate()}>{t('errors.retry')}</Button>
      </Empty>
    </main>
  )
}
