import { useEffect, useRef, type ReactNode } from 'react'

type Tab = { value: string; label: string; count?: number | undefined; todo?: boolean; icon?: ReactNode }
type Props = { tabs: Tab[]; value: string; onChange: (value: string) => void; label: string; children?: ReactNode }

/** Views of the same list. Buttons with aria-current, because each changes the address. */
export function ViewTabs({ tabs, value, onChange, label, children }: Props) {
  const nav = useRef<HTMLElement>(null)
  // On a phone the tab that an address names may stand beyond the edge.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [value])
  return (
    <nav ref={nav} className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <button key={tab.value} type="button" className={tab.value === value ? 'on' : ''} aria-current={tab.value === value ? 'true' : undefined} onClick={() => onChange(tab.value)}>
          {tab.icon}
          {tab.label}
          {tab.count === undefined ? null : <span className={`count ${tab.todo && tab.count > 0 ? 'todo' : ''}`}>{tab.count}</span>}
        </button>
      ))}
      {children}
    </nav>
  )
}
