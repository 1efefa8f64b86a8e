import { edrpouCheckDigit, ibanOf } from './codes.ts'
import type { BranchName } from './data/places.ts'

/** Where the firm is. The first one is the head office, the others lie below it. */
export const BRANCHES: readonly { name: BranchName; title: string; code: string }[] = [
  { name: 'dnipro', title: 'Головний офіс, Дніпро', code: 'HQ' },
  { name: 'kyiv', title: 'Київ', code: 'KYIV' },
  { name: 'lviv', title: 'Львів', code: 'LVIV' },
  { name: 'odesa', title: 'Одеса', code: 'ODESA' },
]

export const DEPARTMENTS = {
  'dnipro-office': { branch: 'dnipro', title: 'Адміністрація' },
  'dnipro-accounts': { branch: 'dnipro', title: 'Бухгалтерія' },
  'dnipro-service': { branch: 'dnipro', title: 'Сервісний відділ' },
  'kyiv-sales': { branch: 'kyiv', title: 'Відділ продажу' },
  'kyiv-calls': { branch: 'kyiv', title: 'Кол-центр' },
  'lviv-sales': { branch: 'lviv', title: 'Відділ продажу' },
  'odesa-sales': { branch: 'odesa', title: 'Відділ продажу' },
} as const satisfies Record<string, { branch: BranchName; title: string }>

/** Who leads a department. */
export const HEADS: Readonly<Partial<Record<keyof typeof DEPARTMENTS, string>>> = {
  'dnipro-office': 'maksym', 'dnipro-accounts': 'halyna', 'dnipro-service': 'roman', 'kyiv-sales': 'ihor', 'kyiv-calls': 'iryna', 'lviv-sales': 'bohdan', 'odesa-sales': 'mykola',
}

/** The dictionary of positions; an employee has theirs by its Ukrainian name. */
export const POSITIONS = {
  administrator: { uk: 'Адміністратор системи', en: 'System administrator' },
  'sales-head': { uk: 'Керівник продажу', en: 'Head of sales' },
  secretary: { uk: 'Секретар', en: 'Secretary' },
  accountant: { uk: 'Головний бухгалтер', en: 'Chief accountant' },
  engineer: { uk: 'Сервісний інженер', en: 'Service engineer' },
  'branch-head': { uk: 'Керівник філії', en: 'Head of a branch' },
  seller: { uk: 'Менеджер з продажу', en: 'Sales manager' },
  operator: { uk: 'Оператор кол-центру', en: 'Call centre operator' },
} as const

export type Employee = {
  username: string
  name: string
  /** As it is said of this person. */
  post: string
  position: keyof typeof POSITIONS
  branch: BranchName
  department: keyof typeof DEPARTMENTS
  groups: string[]
  extension: string
}

export const EMPLOYEES: readonly Employee[] = [
  { username: 'admin', name: 'Софія Гриценко', post: 'адміністраторка системи', position: 'administrator', branch: 'dnipro', department: 'dnipro-office', groups: ['administrators'], extension: '1012' },
  { username: 'maksym', name: 'Максим Лисенко', post: 'керівник продажу', position: 'sales-head', branch: 'dnipro', department: 'dnipro-office', groups: ['sales-heads'], extension: '1008' },
  { username: 'svitlana', name: 'Світлана Озерна', post: 'секретарка', position: 'secretary', branch: 'dnipro', department: 'dnipro-office', groups: ['secretaries'], extension: '1009' },
  { username: 'halyna', name: 'Галина Бондар', post: 'головна бухгалтерка', position: 'accountant', branch: 'dnipro', department: 'dnipro-accounts', groups: ['accountants'], extension: '1010' },
  { username: 'roman', name: 'Роман Чумак', post: 'сервісний інженер', position: 'engineer', branch: 'dnipro', department: 'dnipro-service', groups: ['service-engineers'], extension: '1011' },
  { username: 'ihor', name: 'Ігор Замковий', post: 'керівник філії', position: 'branch-head', branch: 'kyiv', department: 'kyiv-sales', groups: ['branch-heads'], extension: '1003' },
  { username: 'nadia', name: 'Надія Коваленко', post: 'менеджерка з продажу', position: 'seller', branch: 'kyiv', department: 'kyiv-sales', groups: ['sales-managers'], extension: '1002' },
  { username: 'iryna', name: 'Ірина Савчук', post: 'операторка кол-центру', position: 'operator', branch: 'kyiv', department: 'kyiv-calls', groups: ['telephonists'], extension: '1001' },
  { username: 'taras', name: 'Тарас Мельник', post: 'оператор кол-центру', position: 'operator', branch: 'lviv', department: 'lviv-sales', groups: ['telephonists'], extension: '1004' },
  { username: 'bohdan', name: 'Богдан Левицький', post: 'менеджер з продажу', position: 'seller', branch: 'lviv', department: 'lviv-sales', groups: ['sales-managers'], extension: '1005' },
  { username: 'oksana', name: 'Оксана Дорошенко', post: 'операторка кол-центру', position: 'operator', branch: 'odesa', department: 'odesa-sales', groups: ['telephonists'], extension: '1006' },
  { username: 'mykola', name: 'Микола Паламар', post: 'керівник філії', position: 'branch-head', branch: 'odesa', department: 'odesa-sales', groups: ['branch-heads', 'sales-managers'], extension: '1007' },
]

/** Who leads clients and deals of a branch. */
export const SELLERS: Readonly<Record<BranchName, readonly string[]>> = {
  dnipro: ['maksym'],
  kyiv: ['nadia', 'nadia', 'ihor'],
  lviv: ['bohdan'],
  odesa: ['mykola'],
}

/** Queues of the telephone exchange and who serves them. */
export const QUEUES = [
  { name: 'sales', title: 'Продаж', group: 'sales-managers', answerMinutes: 60, callBackMinutes: 15 },
  { name: 'support', title: 'Сервісна підтримка', group: 'service-engineers', answerMinutes: 240, callBackMinutes: 30 },
] as const

const [MORNING, NOON, LUNCH_OVER, EVENING, LATE] = [540, 780, 840, 1080, 1200]
const weekOf = (...days: { from: number; until: number }[][]) => days.map((shifts) => ({ shifts }))
const OFFICE = [{ from: MORNING, until: NOON }, { from: LUNCH_OVER, until: EVENING }]
const CALL_CENTRE = [{ from: 480, until: LATE }]
const SATURDAY = [{ from: MORNING, until: 900 }]

/** When a branch works: the head office by its week and its holidays, Kyiv longer, for its call centre; the others as the head office. */
export const CALENDARS: Readonly<Partial<Record<BranchName, { timeZone: string; week: object[]; holidays: string[] }>>> = {
  dnipro: { timeZone: 'Europe/Kyiv', week: weekOf(OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, [], []), holidays: ['01-01', '12-25'] },
  kyiv: { timeZone: 'Europe/Kyiv', week: weekOf(CALL_CENTRE, CALL_CENTRE, CALL_CENTRE, CALL_CENTRE, CALL_CENTRE, SATURDAY, []), holidays: ['01-01', '12-25'] },
}

/** What papers say of the firm; nobody has these codes. */
export const REQUISITES = {
  legalName: 'Товариство з обмеженою відповідальністю «Вітрило-Приклад»',
  taxCode: `9000001${edrpouCheckDigit('9000001')}`,
  iban: ibanOf('990011', '2600000000000000001'),
  bankName: 'АТ «Банк Приклад»',
  bankCode: '990011',
  legalAddress: '49000, м. Дніпро, вул. Прикладна, 1',
  director: 'директор Максим Лисенко',
}

/** Messages that lie in everybody's notifications. */
export const MESSAGES = [
  'У п’ятницю з 18:00 оновлюємо телефонну станцію: дзвінки йтимуть на мобільний чергового.',
  'Новий прайс на стелажі діє з понеділка. Старі пропозиції чинні до кінця тижня.',
] as const

/** For the sign-in page and the launcher's list. One password for all: these are people of a demonstration. */
export const demoUsers = EMPLOYEES.map(({ username, name, post, branch, groups }) => ({
  username,
  name,
  post,
  branch: BRANCHES.find((each) => each.name === branch)!.title,
  groups,
  password: 'demo',
}))
