import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from '@tanstack/react-router'
import { IconSearch } from '@tabler/icons-react'
import { usePartySearch } from '../api/search.ts'
import { useKeys } from '../lib/keys.ts'
import { FoundLine } from '../parties/found-line.tsx'
import { Icon } from '../ui/icon.tsx'

/** The one search field of the frame: results while typing, Enter opens the chosen one or the whole list. */
export function SearchField({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const list = useId()
  const input = useRef<HTMLInputElement>(null)
  const [words, setWords] = useState('')
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const { found, q, isFetching } = usePartySearch(words)
  useKeys([{ combo: '/', label: 'keys.search', run: () => input.current?.focus() }])
  const shown = open && q.length >= 2

  const leave = () => {
    setOpen(false)
    setAt(-1)
    setWords('')
    input.current?.blur()
    onDone?.()
  }
  const openParty = (id: string) => {
    leave()
    void navigate({ to: '/counterparties/$id', params: { id } })
  }
  const openList = () => {
    leave()
    void navigate({ to: '/counterparties', search: { q: words.trim() } })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') leave()
    else if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, -1))
    else if (event.key === 'Enter' && words.trim()) {
      const chosen = found[at]
      if (chosen) openParty(chosen.party.id)
      else openList()
    } else return
    event.preventDefault()
  }
  return (
    <div className="search-box" role="search">
      <div className="search">
        <Icon of={IconSearch} />
        <input
          ref={input}
          role="combobox"
          aria-label={t('search.label')}
          aria-expanded={shown}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
          placeholder={t('search.placeholder')}
          value={words}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setWords(event.target.value)
            setOpen(true)
            setAt(-1)
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <div className="search-drop" hidden={!shown}>
        <ul id={list} role="listbox" aria-label={t('search.label')}>
          {found.map((one, index) => (
            <li
              key={one.party.id}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              className={`found ${index === at ? 'on' : ''}`}
              onPointerDown={(event) => {
                event.preventDefault()
                openParty(one.party.id)
              }}
            >
              <FoundLine found={one} />
            </li>
          ))}
        </ul>
        {found.length === 0 && !isFetching ? <p className="meta search-none">{t('search.none')}</p> : null}
      </div>
    </div>
  )
}
