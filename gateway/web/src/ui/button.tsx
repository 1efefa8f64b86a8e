import type { ButtonHTMLAttributes, ReactNode } from 'react'
import type { TablerIcon } from '@tabler/icons-react'
import { keyName } from '../lib/keys.ts'
import { Icon } from './icon.tsx'

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  tone?: 'plain' | 'primary' | 'good' | 'bad' | 'quiet' | 'bad-quiet'
  size?: 'sm' | 'md' | 'lg' | 'xl'
  icon?: TablerIcon
  /** The key that does the same, shown on the button. */
  combo?: string
  busy?: boolean
  children?: ReactNode
}

export function Button({ tone = 'plain', size = 'md', icon, combo, busy, className = '', children, ...rest }: Props) {
  const classes = ['btn', tone === 'plain' ? '' : `btn-${tone}`, size === 'md' ? '' : `btn-${size}`, className]
  return (
    <button type="button" {...rest} className={classes.filter(Boolean).join(' ')} aria-busy={busy || undefined} disabled={busy || rest.disabled}>
      {icon ? <Icon of={icon} size={size === 'sm' ? 14 : size === 'xl' ? 20 : 16} /> : null}
      {children}
      {combo ? <kbd aria-hidden="true">{keyName(combo)}</kbd> : null}
    </button>
  )
}
