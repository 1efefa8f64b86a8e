import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { IconUpload } from '@tabler/icons-react'
import { call, newKey, post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import type { Import } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'

type Props = { path: string; kinds: string[]; onReady: (record: Import) => void }

/** Which rows, and the file. Encoding and delimiter are found out by the server. */
export function UploadStep({ path, kinds, onReady }: Props) {
  const { t } = useTranslation()
  const [kind, setKind] = useState(kinds[0]!)
  const [file, setFile] = useState<File>()
  const send = useMutation({
    mutationFn: async () => {
      const made = await post<Import>(path, { kind, fileName: file!.name })
      return call<Import>('PUT', `${path}/${made.id}/content`, { body: new Blob([file!], { type: 'application/octet-stream' }), key: newKey() })
    },
    onSuccess: onReady,
  })
  return (
    <form className="im-form" onSubmit={(event) => { event.preventDefault(); if (file) send.mutate() }}>
      {kinds.length > 1 ? <Select label={t('imports.kind')} data={kinds.map((one) => ({ value: one, label: t(`words.importKind.${one}`) }))} value={kind} onChange={(next) => setKind(next ?? kinds[0]!)} allowDeselect={false} /> : null}
      <label className="im-drop">
        <Icon of={IconUpload} size={20} />
        <span>{file ? file.name : t('imports.chooseFile')}</span>
        <span className="meta">{t('imports.fileHint')}</span>
        <input type="file" accept=".csv,.txt,.tsv,.xlsx,.vcf,text/csv,text/vcard" onChange={(event) => setFile(event.target.files?.[0])} />
      </label>
      {send.error ? <p className="form-error" role="alert">{errorText(send.error)}</p> : null}
      <div className="form-foot"><span className="grow" /><Button tone="primary" size="lg" type="submit" disabled={!file} busy={send.isPending}>{t('imports.upload')}</Button></div>
    </form>
  )
}
