import { writeVcard, type VcardProperty } from '@vitrylo/imports'
import { channelOf, vcardOf } from '../export/vcard-of.ts'
import type { Held } from './book-sql.ts'

export type Version = '3.0' | '4.0'

/** A record as a card. What programs have said beyond our fields stands at its end. */
export function cardText(held: Held, version: Version): string {
  const lines = held.lines.map((line) => pictureIn(line, version))
  return held.section === 'counterparties' ? vcardOf(held.counterparty, version, { uid: held.uid, lines }) : personCard(held, version, lines)
}

function personCard({ person, organisation, uid }: Held & { section: 'contact-persons' }, version: Version, lines: readonly string[]): string {
  const { id, displayName, channels, birthday, note, positions, updateTime } = person
  const isNew = version === '4.0'
  const [family = '', given = '', ...middle] = displayName.split(' ')
  const properties: VcardProperty[] = [
    { name: 'UID', value: uid || `urn:uuid:${id}` },
    { name: 'FN', value: displayName },
    { name: 'N', value: [family, given, middle.join(' '), '', ''] },
    ...(isNew ? [{ name: 'KIND', value: 'individual' }] : []),
    { name: 'ORG', value: [organisation] },
    { name: 'TITLE', value: positions[0]?.title ?? '' },
    ...channels.map((channel) => channelOf(channel, isNew)),
    { name: 'BDAY', value: isNew ? birthday.replaceAll('-', '') : birthday },
    { name: 'NOTE', value: note },
    ...(updateTime === undefined ? [] : [{ name: 'REV', value: `${updateTime.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z` }]),
  ]
  return writeVcard(properties, version, lines)
}

/** A picture is written in one way in 3.0 and in another in 4.0; whoever put it, both read it. */
function pictureIn(line: string, version: Version): string {
  const old = /^((?:[\w-]+\.)?(?:PHOTO|LOGO))((?:;[^:]*)?):([A-Za-z0-9+/=]+)$/i.exec(line)
  if (version === '4.0' && old !== null && /;ENCODING=b(ase64)?\b/i.test(old[2]!)) {
    const type = /;TYPE=([\w-]+)/i.exec(old[2]!)?.[1]?.toLowerCase() ?? 'jpeg'
    return `${old[1]}:data:image/${type};base64,${old[3]}`
  }
  const data = /^((?:[\w-]+\.)?(?:PHOTO|LOGO))(?:;[^:]*)?:data:image\/([\w-]+);base64,([A-Za-z0-9+/=]+)$/i.exec(line)
  if (version === '3.0' && data !== null) return `${data[1]};ENCODING=b;TYPE=${data[2]!.toUpperCase()}:${data[3]}`
  return line
}
