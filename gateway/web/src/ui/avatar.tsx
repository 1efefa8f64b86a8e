import { initials } from '../lib/format.ts'

type Props = { name: string; me?: boolean; size?: 'sm' | 'md' | 'lg'; square?: boolean }

export function Avatar({ name, me, size = 'sm', square }: Props) {
  const classes = ['av', size === 'sm' ? '' : size, me ? 'me' : '', square ? 'sq' : '']
  return (
    <span className={classes.filter(Boolean).join(' ')} aria-hidden="true">
      {initials(name)}
    </span>
  )
}
