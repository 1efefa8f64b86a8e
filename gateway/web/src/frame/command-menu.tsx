import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from '@tanstack/react-router'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { IconArrowRight, IconBolt, IconSearch } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { usePartySearch } from '../api/search.ts'
import { keyName, takeTyping, useKeyList } from '../lib/keys.ts'
import { FoundLine } from '../parties/found-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { visibleGroups } from './sections.ts'

export const [commandStore, commandMenu] = createSpotlight()

const fits = (label: string, words: string) => label.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase())

/** Ctrl+K: sections, actions of the open page with their keys, and clients by name or phone. */
export default function CommandMenu() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const can = useCan()
  const [words, setWords] = useState('')
  const { found } = usePartySearch(can('counterparties') ? words : '', 6)
  const actions = useKeyList().filter((one) => one.command && fits(t(one.label), words))
  const links = visibleGroups(can).flatMap((group) => group.links).filter((link) => fits(t(link.label), words))
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
                <FoundLine found={one} />
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {actions.length + links.length + found.length === 0 ? <Spotlight.Empty>{t('search.none')}</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
