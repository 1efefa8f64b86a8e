import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'

/** The same numbers at every run. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const ROOTS = 'Шевч Бонд Ковал Ткач Кравч Олій Мельн Поліщ Гонч Лис Руд Сав Марч Клим Павл Кост Петр Іван Степ Гнат Дем Зайч Кравц Левч Мороз Нест Орл Пил Рибал Сол Тимош Удов Федор Хар Цимбал Черн Щерб Юрч Яков Ярм Бойк Вас Гриц Дан Жук Зін'.split(' ')
const ENDS = 'енко ук юк ський ко ець ишин чук ів ак аренко овський'.split(' ')
const GIVEN = 'Олена Олександр Тетяна Сергій Наталія Андрій Ірина Володимир Оксана Юрій Марія Михайло Галина Іван Людмила Василь Світлана Дмитро Ольга Богдан Катерина Тарас Юлія Роман Ганна Ігор Вікторія Степан Лариса Максим Надія Євген Любов Павло Зоряна Щастя Соломія Ярослав'.split(' ')
const MIDDLE = 'Петрівна Іванович Миколаївна Олегович Василівна Степанович Юріївна Андрійович Ігорівна Богданович Сергіївна Ярославович'.split(' ')
const CITIES = 'Київ Львів Харків Одеса Дніпро Полтава Луцьк Рівне Тернопіль Ужгород Чернівці Вінниця Житомир Суми Чернігів Черкаси'.split(' ')
const STREETS = 'Шевченка Франка Хрещатик Соборна Грушевського Бандери Миру Лесі-Українки Сагайдачного Козацька Садова Польова Зелена Ставкова Млинова Вишнева Гоголя Стуса'.split(' ')
const LATIN: Record<string, string> = { а: 'a', б: 'b', в: 'v', г: 'h', ґ: 'g', д: 'd', е: 'e', є: 'ie', ж: 'zh', з: 'z', и: 'y', і: 'i', ї: 'i', й: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ь: '', ю: 'iu', я: 'ia' }
const RUSSIAN: Record<string, string> = { і: 'и', ї: 'и', є: 'е', ґ: 'г' }

type Person = { id: string; entity: number; name: string[]; phone: string; mail: string; taxCode: string; birthday: string; city: string; street: string; house: string }

export const recordOf = (p: Person): Counterparty =>
  Counterparty.fromPartial({
    id: p.id, kind: 'COUNTERPARTY_KIND_PERSON', displayName: p.name.join(' '), taxCode: p.taxCode, birthday: p.birthday,
    channels: [...(p.phone ? [{ kind: 'CHANNEL_KIND_PHONE', value: p.phone, e164: p.phone }] : []), ...(p.mail ? [{ kind: 'CHANNEL_KIND_EMAIL', value: p.mail }] : [])] as never,
    addresses: p.city ? [{ kind: 'ADDRESS_KIND_ACTUAL', city: p.city, street: `вул. ${p.street}, ${p.house}` }] : [],
  })

/** People with common and rare names; `spoiled` of them a second time, as somebody else typed them from hearing or paper. */
export function people(count: number, spoiled: number, seed = 1): Person[] {
  const roll = dice(seed)
  const below = (n: number): number => Math.floor(roll() * n)
  const of = <T>(list: readonly T[]): T => list[below(list.length)]!
  // Squared: a few are common, many are rare, as names are.
  const common = <T>(list: readonly T[]): T => list[Math.floor(roll() ** 2 * list.length)]!
  const digits = (n: number): string => Array.from({ length: n }, () => below(10)).join('')
  const day = (): string => `${1945 + below(60)}-${String(1 + below(12)).padStart(2, '0')}-${String(1 + below(28)).padStart(2, '0')}`
  const made = Array.from({ length: count }, (_none, entity): Person => ({
    id: `${entity}`, entity, name: [common(ROOTS) + common(ENDS), common(GIVEN), ...(roll() < 0.5 ? [of(MIDDLE)] : [])],
    phone: roll() < 0.8 ? `+380${of(['50', '67', '63', '93', '44'])}${digits(7)}` : '', mail: roll() < 0.4 ? `u${digits(7)}@${of(['ukr.net', 'gmail.com', 'firma.ua'])}` : '',
    taxCode: roll() < 0.4 ? digits(10) : '', birthday: roll() < 0.5 ? day() : '', city: roll() < 0.7 ? common(CITIES) : '', street: common(STREETS), house: String(1 + below(120)),
  }))
  const slip = (word: string): string => {
    const at = 1 + below(Math.max(1, word.length - 2))
    const way = below(4)
    if (way === 0) return word.slice(0, at) + word.slice(at + 1)
    if (way === 1) return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)
    if (way === 2) return word.slice(0, at) + of([...'аеиоурнтск']) + word.slice(at + 1)
    return word.slice(0, at) + of([...'аеиоурнтск']) + word.slice(at)
  }
  const written = (word: string, letters: Record<string, string>): string => [...word.toLowerCase()].map((letter) => letters[letter] ?? letter).join('')
  const spoil = (p: Person, n: number): Person => {
    let name = [...p.name]
    if (roll() < 0.3) name = name.map((word) => written(word, roll() < 0.6 ? LATIN : RUSSIAN))
    if (roll() < 0.3) name = [name[1]!, name[0]!, ...name.slice(2)]
    if (name.length === 3 && roll() < 0.5) name.pop()
    if (roll() < 0.35) name = name.map((word, at) => (at === 0 ? slip(word) : word))
    const other = <V extends string>(value: V, change: (value: V) => string): string => (roll() < 0.2 ? '' : roll() < 0.15 ? change(value) : value)
    return {
      ...p, id: `${p.id}-again-${n}`, name,
      phone: other(p.phone, () => `+38067${digits(7)}`), mail: other(p.mail, slip), taxCode: other(p.taxCode, slip), birthday: other(p.birthday, day),
      city: roll() < 0.3 ? '' : p.city, house: roll() < 0.1 ? String(1 + below(120)) : p.house,
    }
  }
  return [...made, ...Array.from({ length: spoiled }, (_none, n) => spoil(made[n]!, n))]
}
