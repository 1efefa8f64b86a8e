import { useTranslation } from 'react-i18next'
import { IconPaperclip } from '@tabler/icons-react'
import { address } from '../api/client.ts'
import { bytes, date } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import type { FileValue } from './file-input.tsx'

type Props = { resource: string; recordId: string; file: FileValue; short: boolean }

/** A file of a record: saved by its name, with size and day beside. The name is somebody's text and leads nowhere by itself. */
export function FileLink({ resource, recordId, file, short }: Props) {
  const { t } = useTranslation()
  return (
    <span className="file-value">
      <a className="link" href={address(`${resource}/${recordId}/files/${file.id}`)} download={file.name} title={t('ownFields.file.download', { name: file.name })} onClick={(event) => event.stopPropagation()}>
        <Icon of={IconPaperclip} size={14} /> <bdi className="cut">{file.name}</bdi>
      </a>
      {short ? null : <span className="meta num">{bytes(file.size)} · {date(file.time)}</span>}
    </span>
  )
}
