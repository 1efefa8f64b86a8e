import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from '@tanstack/react-router'
import { IconChevronDown, IconChevronRight, IconChevronsLeft, IconChevronsRight, IconKeyboard, IconMoon, IconSun } from '@tabler/icons-react'
import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useCan, useMe } from '../api/me.ts'
import { searchOf, useSavedFilters } from '../api/saved-filters.ts'
import { useStored } from '../lib/use-stored.ts'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { DataTime } from './data-time.tsx'
import { Logo } from './logo.tsx'
import { visibleGroups, type SectionGroup } from './sections.ts'
import { useWorkCounts, type WorkCount } from './use-work-counts.ts'

type Props = { narrow: boolean; onNarrow: (narrow: boolean) => void; onKeys: () => void }

function Count({ of }: { of: WorkCount | undefined }) {
  const { t } = useTranslation()
  if (!of || of.count === 0) return null
  return (
    <span className={`count ${of.late ? 'late' : 'todo'}`} title={t(of.late ? 'tree.lateCount' : 'tree.myCount', { count: of.count })}>
      {of.count}
    </span>
  )
}

function Group({ group, counts, narrow }: { group: SectionGroup; counts: Record<string, WorkCount>; narrow: boolean }) {
  const { t } = useTranslation()
  const path = useLocation({ select: (location) => location.pathname })
  const inside = group.links.some((link) => path.startsWith(link.to))
  const [open, setOpen] = useStored(`fold.${group.name}`, inside || group.folded !== true)
  if (narrow)
    return (
      <Link to={group.links[0]!.to} className={`narrow-link ${inside ? 'on' : ''}`} title={t(group.label)} aria-label={t(group.label)}>
        <Icon of={group.icon} />
      </Link>
    )
  return (
    <>
      <button type="button" className="tree-row grp" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="tw">
          <Icon of={open ? IconChevronDown : IconChevronRight} size={12} />
        </span>
        <Icon of={group.icon} />
        <span className="cut">{t(group.label)}</span>
      </button>
      {open
        ? group.links.map((link) => (
            <Fragment key={link.to}>
              <Link to={link.to} className={`tree-row kid ${path.startsWith(link.to) ? 'on' : ''}`} aria-current={path.startsWith(link.to) ? 'page' : undefined}>
                <span className="cut">{t(link.label)}</span>
                <Count of={counts[link.section]} />
              </Link>
              <SavedLinks to={link.to} resource={link.to.slice(1)} />
            </Fragment>
          ))
        : null}
    </>
  )
}

/** Filters that are kept for a list, one's own and shared ones. */
function SavedLinks({ to, resource }: { to: string; resource: string }) {
  const chosen = useLocation({ select: (location) => (location.search as { saved?: string }).saved })
  const filters = useSavedFilters().filter((one) => one.resource === resource)
  return filters.map((one) => (
    <Link key={one.id} to={to as '/counterparties'} search={searchOf(one) as object} className={`tree-row leaf ${chosen === one.id ? 'on' : ''}`} aria-current={chosen === one.id ? 'true' : undefined}>
      <span className="cut">{one.displayName}</span>
    </Link>
  ))
}

function ThemeButton() {
  const { t } = useTranslation()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme() === 'dark'
  return <IconButton icon={dark ? IconSun : IconMoon} label={t(dark ? 'frame.toLight' : 'frame.toDark')} onClick={() => setColorScheme(dark ? 'light' : 'dark')} />
}

export function SideTree({ narrow, onNarrow, onKeys }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const can = useCan()
  const counts = useWorkCounts()
  return (
    <nav className={`side ${narrow ? 'side-narrow' : ''}`} aria-label={t('tree.label')}>
      <div className="brand">
        {narrow ? null : (
          <>
            <Logo />
            <b>Vitrylo</b>
            <span className="br cut grow">{me.branchName}</span>
          </>
        )}
        <IconButton size="sm" icon={narrow ? IconChevronsRight : IconChevronsLeft} label={t(narrow ? 'tree.unfold' : 'tree.fold')} onClick={() => onNarrow(!narrow)} />
      </div>
      <div className="tree">
        {visibleGroups(can).map((group) => (
          <Group key={group.name} group={group} counts={counts} narrow={narrow} />
        ))}
      </div>
      <div className="side-foot">
        <IconButton icon={IconKeyboard} label={t('frame.keys')} onClick={onKeys} />
        <ThemeButton />
        {narrow ? null : <DataTime />}
      </div>
    </nav>
  )
}
