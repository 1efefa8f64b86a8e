import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconDeviceMobile, IconPlus, IconTrash } from '@tabler/icons-react'
import { call, get } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import { useMe } from '../api/me.ts'
import type { AppPassword } from '../api/types.ts'
import { date, when } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Question } from '../ui/question.tsx'
import { toast, toastError } from '../ui/toast.ts'
import { ViewBar } from '../ui/view-bar.tsx'
import './phones.css'

const AppPasswordForm = lazy(() => import('./app-password-form.tsx'))

const queryKey = ['my-app-passwords']
const programs = ['ios', 'android', 'thunderbird'] as const

/** Address books for phones and mail programs: where they are, the passwords of one's programs, and how each is set up. */
export default function PhonesPage() {
  const { t } = useTranslation()
  const me = useMe()
  const [making, setMaking] = useState(false)
  useKeys([{ combo: 'c', label: 'phones.make', command: true, run: () => setMaking(true) }])
  return (
    <>
      <ViewBar title={t('phones.title')}>
        <Button tone="primary" icon={IconPlus} combo="c" onClick={() => setMaking(true)}>{t('phones.make')}</Button>
      </ViewBar>
      <div className="scroll grow phones">
        <section>
          <h2>{t('phones.access')}</h2>
          <p>{t('phones.hint')}</p>
          <dl className="phone-facts">
            <dt>{t('phones.address')}</dt>
            <dd className="num">{`${location.origin}/carddav/`}</dd>
            <dt>{t('phones.username')}</dt>
            <dd className="num">{me.username}</dd>
            <dt>{t('phones.password')}</dt>
            <dd>{t('phones.passwordHint')}</dd>
          </dl>
        </section>
        <section>
          <h2>{t('phones.passwords')}</h2>
          <Passwords onMake={() => setMaking(true)} />
        </section>
        <section>
          <h2>{t('phones.how')}</h2>
          {programs.map((program) => (
            <details key={program}>
              <summary>{t(`phones.program.${program}`)}</summary>
              <ol>{t(`phones.steps.${program}`).split('\n').map((step) => <li key={step}>{step}</li>)}</ol>
            </details>
          ))}
          <p className="meta">{t('phones.books')}</p>
        </section>
      </div>
      <Suspense fallback={null}>{making ? <AppPasswordForm onClose={() => setMaking(false)} /> : null}</Suspense>
    </>
  )
}

function Passwords({ onMake }: { onMake: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [removing, setRemoving] = useState<AppPassword>()
  const found = useQuery({ queryKey, queryFn: ({ signal }) => get<{ appPasswords: AppPassword[] }>('my-app-passwords', undefined, signal) })
  const remove = useMutation({
    mutationFn: (id: string) => call('DELETE', `my-app-passwords/${id}`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey })
      toast(t('phones.removed'))
    },
    onError: (error) => toastError(t('phones.notRemoved'), error),
  })
  if (found.error) return <p className="form-error" role="alert">{errorText(found.error)}</p>
  if (found.data?.appPasswords.length === 0) {
    return <Empty icon={IconDeviceMobile} title={t('phones.none')} text={t('phones.noneHint')}><Button size="lg" tone="primary" icon={IconPlus} onClick={onMake}>{t('phones.make')}</Button></Empty>
  }
  return (
    <ul className="phone-list">
      {found.data?.appPasswords.map((row) => (
        <li key={row.id}>
          <span className="grow">
            <b className="cut">{row.name}</b>
            <span className="meta num">{row.useTime ? t('phones.lastUse', { time: when(row.useTime), address: row.address, client: row.client }) : t('phones.unused', { date: date(row.createTime!) })}</span>
          </span>
          <IconButton size="touch" icon={IconTrash} label={t('phones.removeOf', { name: row.name })} disabled={remove.isPending} onClick={() => setRemoving(row)} />
        </li>
      ))}
      {removing ? (
        <Question
          tone="bad" title={t('phones.removeTitle', { name: removing.name })} text={t('phones.removeText')} submit={t('phones.removeSubmit')} back={t('phones.keep')}
          onBack={() => setRemoving(undefined)} onSubmit={() => { setRemoving(undefined); remove.mutate(removing.id) }}
        />
      ) : null}
    </ul>
  )
}
