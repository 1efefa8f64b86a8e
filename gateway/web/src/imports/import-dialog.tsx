import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import type { Import } from '../api/types.ts'
import { MappingStep } from './mapping-step.tsx'
import { RecentImports } from './recent-imports.tsx'
import { RunStep } from './run-step.tsx'
import { UploadStep } from './upload-step.tsx'
import { useWatching } from './watching.ts'
import '../card/card.css'
import './imports.css'
import { Dialog } from '../ui/dialog.tsx'

type Props = { path: 'imports' | 'opportunity-imports'; kinds: string[]; /** The import to begin with, as from a notification. */ importId?: string | undefined; onClose: () => void }

const MOVING = ['running', 'undoing']

/** The import as it stands; asked for again while it runs. */
const useImport = (path: string, id: string | undefined) =>
  useQuery({
    queryKey: [path, id],
    queryFn: ({ signal }) => get<Import>(`${path}/${id}`, undefined, signal),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (MOVING.includes(state.data?.state ?? '') ? 500 : false),
  })

/** A file of rows taken in: the file, the mapping of its columns, a dry run, the run, and what was refused. */
export default function ImportDialog({ path, kinds, importId, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [id, setId] = useState(importId)
  // The import whose outcome somebody left, to choose its columns anew.
  const [left, setLeft] = useState<string>()
  const { data, error } = useImport(path, id)
  const put = (next: Import) => {
    client.setQueryData([path, next.id], next)
    setId(next.id)
  }
  const start = (next: Import) => {
    setLeft(undefined)
    put(next)
  }
  const leave = () => {
    void client.invalidateQueries({ queryKey: ['counterparties'] })
    void client.invalidateQueries({ queryKey: ['opportunities'] })
    onClose()
  }
  const isAwaited = id !== undefined && !data && !error
  const isBusy = data !== undefined && MOVING.includes(data.state)
  useWatching(id, data !== undefined && !isBusy)
  const toFile = () => {
    setLeft(undefined)
    setId(undefined)
  }
  const step = !data || data.state === 'uploading' ? 'upload' : data.state === 'ready' || left === data.id ? 'mapping' : 'run'
  return (
    <Dialog onClose={leave} title={t('imports.title')} size={760} closeOnClickOutside={false}>
      <ol className="im-steps" aria-label={t('imports.steps')}>
        {(['upload', 'mapping', 'run'] as const).map((one, at) => (
          <li key={one} className={one === step ? 'on' : ''} aria-current={one === step ? 'step' : undefined}>
            {one === 'upload' && step !== 'upload' && !isBusy ? <button type="button" className="link" onClick={toFile}>{at + 1}. {t(`imports.step.${one}`)}</button> : `${at + 1}. ${t(`imports.step.${one}`)}`}
          </li>
        ))}
      </ol>
      {error && !data ? <p className="form-error" role="alert">{errorText(error)}</p> : null}
      {step === 'upload' && !isAwaited ? <UploadStep path={path} kinds={kinds} onReady={put} /> : null}
      {step === 'upload' && !data && !isAwaited ? <RecentImports path={path} onOpen={put} /> : null}
      {step === 'mapping' && data ? <MappingStep key={data.id} path={path} record={data} onStarted={start} onSaved={put} /> : null}
      {step === 'run' && data ? <RunStep path={path} record={data} onChange={put} onBack={() => setLeft(data.id)} onClose={leave} /> : null}
    </Dialog>
  )
}
