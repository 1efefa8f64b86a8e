import type { TablerIcon } from '@tabler/icons-react'

type Props = { of: TablerIcon; size?: 12 | 14 | 16 | 20; className?: string }

/** An outline icon in the sizes of the design; always decoration beside a word or an aria-label. */
export function Icon({ of: Of, size = 16, className = '' }: Props) {
  return <Of className={`i i-${size} ${className}`} aria-hidden="true" focusable="false" />
}
