import { useEffect, useId, useRef, useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPaperclip, IconUpload, IconX } from '@tabler/icons-react'
import { Progress } from '@mantine/core'
import { labelOf } from '../api/custom-fields.ts'
import { errorText, fieldError } from '../api/error-text.ts'
import { useMe } from '../api/me.ts'
import type { CustomField } from '../api/types.ts'
import { bytes, date } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useUpload, type FileValue } from './use-upload.ts'

export type { FileValue } from './use-upload.ts'

type Props = { field: CustomField; value: FileValue | undefined | null; onChange: (value: unknown) => void; error: string | undefined }

/** Chooses or takes a dropped file, uploads it at once, and gives the field what the record will name. */
export function FileInput({ field, value, onChange, error }: Props) {
  const { t } = useTranslation()
  const id = useId()
  const most = Number(useMe().fileMaxBytes)
  const input = useRef<HTMLInputElement>(null)
  const [refused, setRefused] = useState<string>()
  const [over, setOver] = useState(false)
  const { upload, error: failed, send, cancel } = useUpload(field.resource, onChange)
  // The browser keeps the form from being sent without the file, and says why.
  useEffect(() => input.current?.setCustomValidity(upload ? t('ownFields.file.wait') : ''), [upload, t])
  const take = (files: FileList | null) => {
    const file = files?.[0]
    if (!file) return
    const { name, size } = file
    const why = files.length > 1 ? t('ownFields.file.one') : size > most ? t('ownFields.file.tooLarge', { name, size: bytes(size), most: bytes(most) }) : size === 0 ? t('ownFields.file.empty', { name }) : undefined
    setRefused(why)
    if (why === undefined) send(field.name, file)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }
  const problem = refused ?? (failed ? uploadError(failed) : error)
  const label = labelOf(field)
  return (
    <div className="file-field">
      <label htmlFor={id} className="mantine-InputWrapper-label">{label}{field.required ? <span className="required" aria-hidden> *</span> : null}</label>
      <div className={`file-box${over ? ' over' : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}>
        {upload ? (
          <>
            <span className="file-name"><bdi className="cut">{upload.name}</bdi></span>
            <Progress className="grow" value={upload.part * 100} aria-label={t('ownFields.file.uploading', { name: upload.name })} />
            <IconButton size="sm" icon={IconX} label={t('ownFields.file.cancel')} onClick={cancel} />
          </>
        ) : value ? (
          <>
            <Icon of={IconPaperclip} size={16} />
            <span className="file-name grow"><bdi className="cut" title={value.name}>{value.name}</bdi> <span className="meta num">{bytes(value.size)} · {date(value.time)}</span></span>
            <IconButton size="sm" icon={IconUpload} label={t('ownFields.file.replaceOf', { field: label })} onClick={() => input.current?.click()} />
            {field.required ? null : <IconButton size="sm" icon={IconX} label={t('ownFields.file.remove', { name: value.name })} onClick={() => onChange(null)} />}
          </>
        ) : (
          <span className="file-empty"><Icon of={IconUpload} size={16} /> <span className="link">{t('ownFields.file.choose')}</span> <span className="meta">{t('ownFields.file.drop', { most: bytes(most) })}</span></span>
        )}
        <input ref={input} id={id} type="file" className={value || upload ? 'apart' : ''} aria-describedby={problem ? `${id}-error` : undefined} aria-invalid={problem !== undefined} onChange={(event) => { take(event.currentTarget.files); event.currentTarget.value = '' }} />
      </div>
      {problem ? <p id={`${id}-error`} className="form-error" role="alert">{problem}</p> : null}
    </div>
  )
}

/** What is said of the name or the content stands with the file; the rest has sentences of its own. */
const uploadError = (error: unknown): string => fieldError(error, 'name') ?? fieldError(error, 'data') ?? errorText(error)
