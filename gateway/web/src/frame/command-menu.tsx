import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from '@tanstack/react-router'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { IconArrowRight, IconBolt, IconPlus, IconSearch } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { useNumbered } from '../api/numbered.ts'
import { usePartySearch } from '../api/search.ts'
import { keyName, takeTyping, useKeyList } from '../lib/keys.ts'
import { FoundLine } from '../parties/found-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { visibleGroups } from './sections.ts'

export const [commandStore, commandMenu] = createSpotlight()

const fits = (label: string, words: string) => label.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase())

/** Records that come up in the middle of something else. */
const NEW = [
  { section: 'requests', to: '/requests', label: 'requests.create' },
  { section: 'opportunities', to: '/opportunities', label: 'sales.create' },
  { section: 'counterparties', to: '/counterparties', label: 'parties.create' },
] as const

/** Ctrl+K: sections, actions of the open page with their keys, new records, clients by name or phone, requests and opportunities by number. */
export default function CommandMenu() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const can = useCan()
  const [words, setWords] = useState('')
  const { found } = usePartySearch(can('counterparties') ? words : '', 6)
  const actions = useKeyList().filter((one) => one.command && fits(t(one.label), words))
  const numbered = useNumbered(words)
  const making = NEW.filter((one) => can(one.section, 'create') && fits(t(one.label), words) && !actions.some(({ label }) => label === one.label))
  const links = visibleGroups(can).flatMap((group) => group.links).filter((link) => fits(t(link.label), words))
  const shown = [...actions.map(({ combo }) => combo), ...making.map(({ to }) => to), ...links.map(({ to }) => to), ...numbered.map(({ id }) => id), ...found.map(({ party }) => party.id)].join(' ')
  // The first of what was found is chosen, also when the answer comes after the typing.
  useEffect(() => {
    if (words.trim() === '') return
    const list = document.getElementById(commandStore.getState().listId)
    if (!list || list.querySelector('[data-selected]')) return
    list.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
    commandStore.updateState((state) => ({ ...state, selected: 0 }))
  }, [shown, words])
  return (
    <Spotlight.Root
      store={commandStore}
      query={words}
      onQueryChange={setWords}
      clearQueryOnClose
      shortcut={null}
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      maxHeight={420}
      scrollable
      overlayProps={{ blur: 0, backgroundOpacity: 0 }}
      attributes={{ content: { 'aria-label': t('frame.commands') } }}
    >
      <Spotlight.Search onFocus={() => setWords((now) => now + takeTyping())} placeholder={t('frame.commandsPlaceholder')} aria-label={t('frame.commands')} leftSection={<Icon of={IconSearch} size={20} />} />
      <Spotlight.ActionsList>
        {actions.length > 0 ? (
          <Spotlight.ActionsGroup label={t('frame.actions')}>
            {actions.map((one) => (
              <Spotlight.Action
                key={one.combo}
                label={t(one.label)}
                leftSection={<Icon of={IconBolt} />}
                rightSection={<kbd>{keyName(one.combo)}</kbd>}
                onClick={() => setTimeout(() => one.run(new KeyboardEvent('keydown')))}
              />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {making.length > 0 ? (
          <Spotlight.ActionsGroup label={t('ui.create')}>
            {making.map(({ to, label }) => (
              <Spotlight.Action key={to} label={t(label)} leftSection={<Icon of={IconPlus} />} onClick={() => void navigate({ to, search: { create: true } as never })} />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {numbered.length > 0 ? (
          <Spotlight.ActionsGroup label={t('frame.byNumber')}>
            {numbered.map(({ id, to, label }) => (
              <Spotlight.Action key={id} label={label} leftSection={<Icon of={IconArrowRight} />} onClick={() => void navigate({ to, search: { open: id } as never })} />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {links.length > 0 ? (
          <Spotlight.ActionsGroup label={t('frame.goTo')}>
            {links.map((link) => (
              <Spotlight.Action key={link.to} label={t(link.label)} leftSection={<Icon of={IconArrowRight} />} onClick={() => void navigate({ to: link.to })} />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {found.length > 0 ? (
          <Spotlight.ActionsGroup label={t('tree.counterparties')}>
            {found.map((one) => (
              <Spotlight.Action key={one.party.id} onClick={() => void navigate({ to: '/counterparties/$id', params: { id: one.party.id } })}>
                <span className="row grow"><FoundLine found={one} /></span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {shown === '' ? <Spotlight.Empty>{t('search.none')}</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
