import { useNames } from '../api/directory.ts'
import { Avatar } from './avatar.tsx'

type Props = { id: string | undefined; none?: string; full?: boolean }

/** "Надія Коваленко" -> "Коваленко Н." in a grid; the full name stands in the title. */
function short(name: string): string {
  const [given, family] = name.split(' ')
  return family ? `${family} ${given![0]}.` : name
}

/** An employee by id: initials and name. */
export function Person({ id, none = '—', full }: Props) {
  const names = useNames()
  const name = names.person(id)
  if (!name) return <span className="muted">{none}</span>
  return (
    <span className="row person-line" title={name}>
      <Avatar name={name} me={id === names.meId} />
      <span className="cut">{full ? name : short(name)}</span>
    </span>
  )
}
