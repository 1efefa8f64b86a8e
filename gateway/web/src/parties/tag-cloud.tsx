import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { Popover, TextInput } from '@mantine/core'
import { IconTags, IconX } from '@tabler/icons-react'
import { get } from '../api/client.ts'
import { number } from '../lib/format.ts'
import { useDebounced } from '../lib/use-debounced.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { PartError } from '../ui/part-error.tsx'

type TagCount = { tag: string; count: number }
type Props = { value: string | undefined; onChange: (tag: string | undefined) => void }

/** Four sizes by the logarithm: one huge tag does not make all others small. */
const weightOf = (count: number, most: number) => 1 + Math.round((3 * Math.log(count)) / Math.max(Math.log(most), 1))

function Cloud({ value, onChange }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const prefix = useDebounced(text.trim().toLocaleLowerCase('uk'), 200)
  const { data, error, refetch } = useQuery({
    queryKey: ['counterparties', 'tags', prefix],
    queryFn: ({ signal }) => get<{ tags: TagCount[] }>('counterparties:tags', { prefix, pageSize: 100 }, signal),
  })
  const tags = data?.tags ?? []
  const most = tags[0]?.count ?? 1
  if (error) return <PartError error={error} what={t('parties.tagCloud')} onRetry={() => void refetch()} />
  return (
    <>
      <TextInput data-autofocus aria-label={t('parties.findTag')} placeholder={t('parties.findTag')} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <ul className="cloud">
        {tags.toSorted((a, b) => a.tag.localeCompare(b.tag, 'uk')).map(({ tag, count }) => (
          <li key={tag}>
            <button type="button" className={`cloud-${weightOf(count, most)} ${tag === value ? 'on' : ''}`} aria-pressed={tag === value} onClick={() => onChange(tag === value ? undefined : tag)}>
              {tag} <span className="count num">{number(count)}</span>
            </button>
          </li>
        ))}
      </ul>
      {data && tags.length === 0 ? <p className="meta">{t('parties.noTags')}</p> : null}
    </>
  )
}

/** Tags as a way through the list: how often each stands among what the reader sees. */
export function TagCloud({ value, onChange }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const choose = (tag: string | undefined) => {
    onChange(tag)
    setOpen(false)
  }
  return (
    <>
      {value ? (
        <span className="chip">
          <span>{t('parties.tag')}</span>
          <span>{value}</span>
          <button type="button" className="chip-x" aria-label={t('ui.removeFilter', { label: t('parties.tag') })} onClick={() => onChange(undefined)}><Icon of={IconX} size={12} /></button>
        </span>
      ) : null}
      <Popover opened={open} onChange={setOpen} position="bottom-start" width={420} trapFocus returnFocus>
        <Popover.Target>
          <Button tone="quiet" size="sm" icon={IconTags} onClick={() => setOpen(!open)}>{t('parties.tagCloud')}</Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('parties.tagCloud')}>{open ? <Cloud value={value} onChange={choose} /> : null}</Popover.Dropdown>
      </Popover>
    </>
  )
}
