import { initials } from '../lib/format.ts'

type Props = { name: string; me?: boolean; size?: 'sm' | 'md' | 'lg'; square?: boolean }

export function Avatar({ name, me, size = 'sm', square }: Props) {
  const classes = ['av', size === 'sm' ? '' : size, me ? 'me' : '', square ? 'sq' : '']
  // Drawn by the style sheet: initials are a picture, not words to be read, copied or spoken.
  return <span className={classes.filter(Boolean).join(' ')} data-initials={initials(name)} aria-hidden="true" />
}
