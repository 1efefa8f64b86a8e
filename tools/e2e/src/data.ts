import { randomInt } from 'node:crypto'
import type { Api } from '../../demo/src/load/api.ts'

const SYLLABLES = [['ба', 'ba'], ['ве', 've'], ['ди', 'dy'], ['зо', 'zo'], ['ку', 'ku'], ['лі', 'li'], ['ма', 'ma'], ['не', 'ne'], ['по', 'po'], ['ру', 'ru']] as const

/** A word that stands nowhere else, with its Latin letters. */
export function newWord(): { word: string; latin: string } {
  const syllables = Array.from({ length: 6 }, () => SYLLABLES[randomInt(SYLLABLES.length)]!)
  const joined = (at: 0 | 1): string => syllables.map((each) => each[at]).join('')
  const upper = (text: string): string => text[0]!.toUpperCase() + text.slice(1)
  return { word: upper(joined(0)), latin: upper(joined(1)) }
}

/** Where the people of the scenes sit, whatever the machine's clock says. */
export const ZONE = 'Europe/Kyiv'

/** A day as the pages reckon it, so many from today: `2026-11-21`. */
export const dayFromToday = (days: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(Date.now() + days * 86_400_000)

/** The same as people type it: `21.11.2026`. */
export const typedDay = (days: number): string => dayFromToday(days).split('-').reverse().join('.')

/** A Ukrainian mobile number: nine digits without the zero. */
export const newPhone = (): string => `67${randomInt(2_000_000, 9_999_999)}`

/** Ids of the demonstration firm by what people call them. */
export async function structure(api: Api): Promise<{ branch(code: string): string; employee(username: string): string; group(name: string): string }> {
  const [branches, employees, groups] = await Promise.all([api.all('branches'), api.all('employees'), api.all('groups')])
  const idOf = (records: Record<string, any>[], field: string) => (value: string): string => {
    const found = records.find((record) => record[field] === value)
    if (found === undefined) throw new Error(`the demonstration data have no ${field} ${value}`)
    return found['id'] as string
  }
  return { branch: idOf(branches, 'code'), employee: idOf(employees, 'username'), group: idOf(groups, 'name') }
}

type Wish = { name: string; branch?: string; responsible?: string; phone?: string; more?: object }

/** A client of a branch, made as another system would make it. */
export async function makeParty(api: Api, { name, branch = 'KYIV', responsible = 'nadia', phone, more }: Wish): Promise<Record<string, any>> {
  const ids = await structure(api)
  return api.post('counterparties', {
    kind: 'organisation',
    displayName: name,
    roles: ['client'],
    branchId: ids.branch(branch),
    responsibleId: ids.employee(responsible),
    channels: phone === undefined ? [] : [{ kind: 'phone', value: `+380${phone}`, primary: true }],
    ...more,
  })
}
