import type { ReactNode } from 'react'
import type { TablerIcon } from '@tabler/icons-react'
import { Icon } from './icon.tsx'

type Props = { icon: TablerIcon; title: string; text?: string; children?: ReactNode }

/** What this list is for, and the button that fills it. */
export function Empty({ icon, title, text, children }: Props) {
  return (
    <div className="empty">
      <span className="ei">
        <Icon of={icon} size={20} />
      </span>
      <h2>{title}</h2>
      {text ? <p>{text}</p> : null}
      {children ? <div className="row empty-actions">{children}</div> : null}
    </div>
  )
}
