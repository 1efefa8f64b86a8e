import type { ButtonHTMLAttributes } from 'react'
import type { TablerIcon } from '@tabler/icons-react'
import { Icon } from './icon.tsx'

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { icon: TablerIcon; label: string; size?: 'sm' | 'md' | 'touch' }

export function IconButton({ icon, label, size = 'md', className = '', ...rest }: Props) {
  const kind = size === 'touch' ? 't44' : `icon-btn${size === 'sm' ? ' sm' : ''}`
  return (
    <button type="button" {...rest} className={`${kind} ${className}`} aria-label={label} title={label}>
      <Icon of={icon} size={size === 'touch' ? 20 : 16} />
    </button>
  )
}
