import { useEffect, useEffectEvent, useState } from 'react'
import { useRouter } from '@tanstack/react-router'
import { IconSearch } from '@tabler/icons-react'
import { useDebounced } from '../lib/use-debounced.ts'
import { Icon } from './icon.tsx'

type Props = { value: string; onChange: (value: string) => void; label: string }

/** Finds within a list; the words stand in the address. */
export function QuickFind({ value, onChange, label }: Props) {
  const [words, setWords] = useState(value)
  const settled = useDebounced(words, 200)
  const router = useRouter()
  useEffect(() => setWords(value), [value])
  // Only what was typed may change the address; the address changing by itself must not be undone.
  const put = useEffectEvent((typed: string) => {
    // Who has clicked a row meanwhile is on the way to its page: another address would take them back to the list.
    const { location, resolvedLocation } = router.state
    if (typed !== value && location.pathname === resolvedLocation?.pathname) onChange(typed)
  })
  useEffect(() => put(settled), [settled])
  return (
    <label className="quick-find">
      <Icon of={IconSearch} size={14} />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && words) {
            event.stopPropagation()
            setWords('')
          }
        }}
      />
    </label>
  )
}
