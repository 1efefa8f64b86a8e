import { fictionalEdrpou, fictionalIban, fictionalRnokpp } from './codes.ts'
import { ADJECTIVES, BANKS, ENDINGS, INDUSTRIES, SEGMENTS, SOURCES, TAGS } from './data/firms.ts'
import { PLACES, STREETS, type BranchName } from './data/places.ts'
import { fullName, type Name } from './person.ts'
import type { Random } from './random.ts'
import { latin, written, type phonesOf } from './reach.ts'
import { before } from './days.ts'
import { SELLERS } from './staff.ts'

/** A counterparty as the API takes it, but branch and responsible employee by their names. */
export type DemoCounterparty = {
  externalId: string
  branch: BranchName
  responsible: string
  /** Since when the firm knows them: before all that happened with them. */
  createTime: Date
  body: {
    kind: 'organisation' | 'person'
    displayName: string
    fullName: string
    roles: string[]
    taxCode: string
    bankAccounts: { iban: string; bankName: string; currency: string }[]
    channels: { kind: string; value: string; label: string; primary: boolean }[]
    addresses: { kind: string; country: string; postcode: string; region: string; city: string; street: string }[]
    source: string
    industry: string
    segment: string
    vip: boolean
    birthday: string
    language: string
    tags: string[]
    size: number
  }
}

type World = { random: Random; phones: ReturnType<typeof phonesOf>; person: () => Name }
type Form = 'ТОВ' | 'ПП' | 'ФОП' | 'person'

const LONG = { ТОВ: 'Товариство з обмеженою відповідальністю', ПП: 'Приватне підприємство' } as const

/** Counterparties of all branches by the shares of data/places. */
export function makeCounterparties(world: World, count: number, day: Date): DemoCounterparty[] {
  const { random } = world
  const firmNames = random.shuffled(INDUSTRIES.flatMap(({ name, nouns }) => nouns.flatMap((noun) => ADJECTIVES.map((word) => firmName(name, noun, word)))))
  const forms = random.shuffled(Array.from({ length: count }, (_, index): Form => formOf(index / count)))
  return forms.map((form, index) => {
    const place = placeOf((index * 100) / count)
    const firm = form === 'ТОВ' || form === 'ПП' ? firmNames.pop() : undefined
    const made = firm === undefined ? human(world, form, place) : organisation(world, form as 'ТОВ' | 'ПП', firm, place)
    const responsible = random.pick(SELLERS[place.branch])
    return { externalId: `demo-counterparty-${index + 1}`, branch: place.branch, responsible, createTime: before(day, random.int(45, 1_400), random), ...made }
  })
}

const formOf = (share: number): Form => (share < 0.6 ? 'ТОВ' : share < 0.72 ? 'ПП' : share < 0.84 ? 'ФОП' : 'person')

type Place = (typeof PLACES)[number]

function placeOf(percent: number): Place {
  let sum = 0
  return PLACES.find(({ share }) => (sum += share) > percent) ?? PLACES[0]
}

function firmName(industry: string, nounWithGender: string, adjective: string): { name: string; industry: string } {
  const [noun, gender] = nounWithGender.split(' ') as [string, keyof typeof ENDINGS]
  return { name: `${adjective}${ENDINGS[gender]} ${noun.toLowerCase()}`, industry }
}

function organisation(world: World, form: 'ТОВ' | 'ПП', firm: { name: string; industry: string }, place: Place) {
  const { random, phones } = world
  const domain = `${latin(firm.name)}.example`
  const address = addressOf(random, place)
  const channels = [
    { kind: 'phone', value: written(random, phones.town(place.phone)), label: 'приймальня', primary: true },
    { kind: 'email', value: `office@${domain}`, label: '', primary: true },
    ...(random.chance(0.4) ? [{ kind: 'email', value: `buh@${domain}`, label: 'бухгалтерія', primary: false }] : []),
    ...(random.chance(0.5) ? [{ kind: 'site', value: `https://${domain}`, label: '', primary: false }] : []),
  ]
  return {
    body: {
      ...common(random),
      kind: 'organisation' as const,
      displayName: `${form} «${firm.name}»`,
      fullName: `${LONG[form]} «${firm.name}»`,
      taxCode: fictionalEdrpou(random),
      bankAccounts: Array.from({ length: random.pick([1, 1, 1, 2]) }, () => accountOf(random)),
      channels,
      addresses: [{ kind: 'legal', ...address }, ...(random.chance(0.3) ? [{ kind: 'delivery', ...addressOf(random, place) }] : [])],
      industry: firm.industry,
      birthday: dateOf(random, 1995, 2024),
      size: random.pick([3, 5, 8, 12, 20, 35, 60, 120, 300]),
    },
  }
}

function human(world: World, form: Form, place: Place) {
  const { random, phones, person } = world
  const name = person()
  const trader = form === 'ФОП'
  const domain = trader ? 'pidpryiemets.example' : 'poshta.example'
  return {
    body: {
      ...common(random),
      kind: trader ? ('organisation' as const) : ('person' as const),
      displayName: trader ? `ФОП ${fullName(name)}` : fullName(name),
      fullName: trader ? `Фізична особа — підприємець ${fullName(name)}` : '',
      taxCode: fictionalRnokpp(random, name.female),
      bankAccounts: trader ? [accountOf(random)] : [],
      channels: [
        { kind: 'phone', value: written(random, phones.mobile()), label: '', primary: true },
        { kind: 'email', value: `${latin(name.first)}.${latin(name.surname)}@${domain}`, label: '', primary: true },
        ...(random.chance(0.3) ? [{ kind: 'messenger', value: `@${latin(name.surname)}_demo`, label: 'Telegram', primary: true }] : []),
      ],
      addresses: [{ kind: trader ? 'legal' : 'actual', ...addressOf(random, place) }],
      industry: trader ? random.pick(INDUSTRIES).name : '',
      birthday: dateOf(random, 1958, 2004),
      size: trader ? 1 : 0,
    },
  }
}

const common = (random: Random) => ({
  roles: random.pick([['client'], ['client'], ['client'], ['prospect'], ['prospect'], ['client', 'partner'], ['supplier'], ['client', 'supplier'], ['competitor'], ['guest']]),
  source: random.pick(SOURCES),
  segment: random.pick(SEGMENTS),
  vip: random.chance(0.07),
  language: random.chance(0.96) ? 'uk' : 'en',
  tags: random.shuffled(TAGS).slice(0, random.pick([0, 0, 1, 1, 2, 3])),
})

function accountOf(random: Random) {
  const bank = random.pick(BANKS)
  return { iban: fictionalIban(random, bank.code), bankName: bank.name, currency: 'UAH' }
}

function addressOf(random: Random, place: Place) {
  const [city, zip, region] = random.chance(0.6) ? place.towns[0] : random.pick<(typeof place.towns)[number]>(place.towns)
  const office = random.chance(0.4) ? `, оф. ${random.int(1, 90)}` : ''
  return {
    country: 'UA',
    postcode: `${zip}${String(random.int(0, 999)).padStart(3, '0')}`,
    region: region === '' ? '' : `${region} область`,
    city,
    street: `${random.pick(STREETS)}, ${random.int(1, 120)}${office}`,
  }
}

const two = (value: number): string => String(value).padStart(2, '0')
const dateOf = (random: Random, from: number, to: number): string =>
  `${random.int(from, to)}-${two(random.int(1, 12))}-${two(random.int(1, 28))}`
