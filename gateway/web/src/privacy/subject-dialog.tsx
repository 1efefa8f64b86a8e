import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { address, ApiError, get, post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import type { SubjectRequest } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { toast } from '../ui/toast.ts'
import { stateWord } from './state-word.ts'
import { SubjectPlaces } from './subject-places.tsx'
import { holdWords, type Named } from './use-holds.ts'
import './privacy.css'

type Props = {
  kind: SubjectRequest['kind']
  name: string
  /** Whom a new request is about. */
  named?: Named
  /** A request that was entered before. */
  request?: SubjectRequest
  onClose: () => void
}

const PATHS = { file: 'subject-requests:file', erasure: 'subject-requests:previewErasure', unspecified: '' } as const
const POLL_MS = 700
const isMoving = (state: string | undefined) => state === 'collecting' || state === 'erasing'

/** A request of a data subject from its first word to its end: ground, answers of the services, then the file, or the decision to erase. */
export default function SubjectDialog({ kind, name, named, request: given, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [ground, setGround] = useState('')
  const [noGround, setNoGround] = useState(false)
  const [sure, setSure] = useState(false)
  const ask = useMutation({
    mutationFn: (former?: SubjectRequest) => post<SubjectRequest>(PATHS[kind], former ? { ...namedBy(former), ground: former.ground } : { ...named, ground }),
  })
  // What cannot be taken back has a ground that can be shown years later.
  const begin = () => (kind === 'erasure' && ground.trim() === '' ? setNoGround(true) : ask.mutate(undefined))
  const id = ask.data?.id ?? given?.id
  const progress = useQuery({
    queryKey: ['subject-requests', id], enabled: id !== undefined, initialData: ask.data ?? given, gcTime: 0,
    queryFn: ({ signal }) => get<SubjectRequest>(`subject-requests/${id}`, undefined, signal),
    refetchInterval: (query) => (isMoving(query.state.data?.state) ? POLL_MS : false),
  })
  const request = progress.data
  const erase = useMutation({
    mutationFn: () => post<SubjectRequest>(`subject-requests/${id}:erase`, {}),
    onSuccess: (next) => {
      client.setQueryData(['subject-requests', id], next)
      for (const key of ['counterparties', 'contact-persons', 'opportunities', 'requests', 'calls', 'subject-requests']) void client.invalidateQueries({ queryKey: [key] })
      toast(t('privacy.erasing'), name)
    },
  })
  const error = ask.error ?? progress.error ?? erase.error
  const isReady = request?.state === 'ready'
  const holds = request?.holds ?? []
  const isOutdated = erase.error instanceof ApiError && erase.error.problem.reason === 'PREVIEW_OUTDATED'
  const again = () => ask.mutate(request, {
    onSuccess: () => {
      setSure(false)
      erase.reset()
    },
  })
  const mayErase = isReady && !isOutdated && holds.length === 0 && kind === 'erasure'
  return (
    <Dialog onClose={onClose} title={t(kind === 'file' ? 'privacy.fileTitle' : 'privacy.eraseTitle')} size={720} classNames={{ body: 'dlg-body' }}>
      <p className="soft dlg-p">{t(textOf(kind, request), { name: name || t('privacy.erased') })}</p>
      {request ? <Progress request={request} /> : <TextInput className="subject-ground" label={t('privacy.ground')} description={t('privacy.groundHint')} maxLength={200} required={kind === 'erasure'} error={noGround ? t('errors.rule.required') : undefined} value={ground} onChange={(event) => { setNoGround(false); setGround(event.currentTarget.value) }} data-autofocus />}
      {request && kind === 'erasure' && !isMoving(request.state) ? <SubjectPlaces request={request} /> : null}
      {holds.map((hold, index) => <p key={hold.id || index} className="dlg-p form-error" role="alert">{hold.reason ? t('privacy.onHold', { reason: holdWords(hold, t) }) : t('privacy.onHoldElsewhere')}</p>)}
      {mayErase ? <label className="check-line subject-sure"><input type="checkbox" checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} /> {t('privacy.sure')}</label> : null}
      {error ? <p className="dlg-p form-error" role="alert" ref={inSight}>{errorText(error)}</p> : null}
      <div className="dlg-foot">
        <span className="meta grow" />
        <Button size="lg" onClick={onClose}>{t('ui.close')}</Button>
        {request ? null : <Button size="lg" tone="primary" busy={ask.isPending} onClick={begin}>{t(kind === 'file' ? 'privacy.collect' : 'privacy.preview')}</Button>}
        {isReady && kind === 'file' ? <a className="btn btn-primary btn-lg" href={address(`subject-requests/${id}:download`)} download>{t('privacy.download')}</a> : null}
        {isOutdated ? <Button size="lg" tone="primary" busy={ask.isPending} onClick={again}>{t('privacy.previewAgain')}</Button> : null}
        {isReady && kind === 'erasure' && !isOutdated ? <Button size="lg" tone="bad" disabled={!sure || holds.length > 0} busy={erase.isPending} onClick={() => erase.mutate()}>{t('privacy.eraseNow')}</Button> : null}
      </div>
    </Dialog>
  )
}

/** Who has decided stands at the end of a long list. */
const inSight = (node: HTMLElement | null) => node?.scrollIntoView({ block: 'nearest' })

const namedBy = ({ subjectKind, subjectId }: SubjectRequest): Named => (subjectKind === 'counterparty' ? { counterpartyId: subjectId } : { contactPersonId: subjectId })

const textOf = (kind: SubjectRequest['kind'], request: SubjectRequest | undefined) =>
  kind === 'file' ? 'privacy.fileText' : request?.state === 'done' ? 'privacy.eraseDone' : request?.state === 'erasing' ? 'privacy.eraseRuns' : 'privacy.eraseText'

/** Which services have answered, or erased. */
function Progress({ request }: { request: SubjectRequest }) {
  const { t } = useTranslation()
  const erasing = request.eraseTime !== undefined
  const done = request.answers.filter((one) => (erasing ? one.eraseTime : one.collectTime)).length
  return (
    <div className="subject-progress" role="status">
      <div className="row"><span className="grow">{t(stateWord(request))}</span><span className="num soft">{t('privacy.services', { done, all: request.answers.length })}</span></div>
      <progress max={request.answers.length} value={done} aria-label={t(stateWord(request))} />
    </div>
  )
}
