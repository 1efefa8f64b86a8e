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

export type Employee = {
  username: string
  name: string
  post: string
  branch: BranchName
  department: keyof typeof DEPARTMENTS
  groups: string[]
  extension: string
}

export const EMPLOYEES: readonly Employee[] = [
  { username: 'admin', name: 'Софія Гриценко', post: 'адміністраторка системи', branch: 'dnipro', department: 'dnipro-office', groups: ['administrators'], extension: '1012' },
  { username: 'maksym', name: 'Максим Лисенко', post: 'керівник продажу', branch: 'dnipro', department: 'dnipro-office', groups: ['sales-heads'], extension: '1008' },
  { username: 'svitlana', name: 'Світлана Озерна', post: 'секретарка', branch: 'dnipro', department: 'dnipro-office', groups: ['secretaries'], extension: '1009' },
  { username: 'halyna', name: 'Галина Бондар', post: 'головна бухгалтерка', branch: 'dnipro', department: 'dnipro-accounts', groups: ['accountants'], extension: '1010' },
  { username: 'roman', name: 'Роман Чумак', post: 'сервісний інженер', branch: 'dnipro', department: 'dnipro-service', groups: ['service-engineers'], extension: '1011' },
  { username: 'ihor', name: 'Ігор Замковий', post: 'керівник філії', branch: 'kyiv', department: 'kyiv-sales', groups: ['branch-heads'], extension: '1003' },
  { username: 'nadia', name: 'Надія Коваленко', post: 'менеджерка з продажу', branch: 'kyiv', department: 'kyiv-sales', groups: ['sales-managers'], extension: '1002' },
  { username: 'iryna', name: 'Ірина Савчук', post: 'операторка кол-центру', branch: 'kyiv', department: 'kyiv-calls', groups: ['telephonists'], extension: '1001' },
  { username: 'taras', name: 'Тарас Мельник', post: 'оператор кол-центру', branch: 'lviv', department: 'lviv-sales', groups: ['telephonists'], extension: '1004' },
  { username: 'bohdan', name: 'Богдан Левицький', post: 'менеджер з продажу', branch: 'lviv', department: 'lviv-sales', groups: ['sales-managers'], extension: '1005' },
  { username: 'oksana', name: 'Оксана Дорошенко', post: 'операторка кол-центру', branch: 'odesa', department: 'odesa-sales', groups: ['telephonists'], extension: '1006' },
  { username: 'mykola', name: 'Микола Паламар', post: 'керівник філії', branch: 'odesa', department: 'odesa-sales', groups: ['branch-heads', 'sales-managers'], extension: '1007' },
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

/** For the sign-in page and the launcher's list. One password for all: these are people of a demonstration. */
export const demoUsers = EMPLOYEES.map(({ username, name, post, branch, groups }) => ({
  username,
  name,
  post,
  branch: BRANCHES.find((each) => each.name === branch)!.title,
  groups,
  password: 'demo',
}))
