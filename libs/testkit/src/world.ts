import { exec, sql, type Db } from '@vitrylo/pg'

/** A small firm for tests: a head office with two branches, and people with the rights of real posts. */
export const branches = {
  head: '01900000-0000-7000-8000-0000000000b0',
  kyiv: '01900000-0000-7000-8000-0000000000b1',
  lviv: '01900000-0000-7000-8000-0000000000b2',
} as const

const department = '01900000-0000-7000-8000-0000000000d1'

type Person = { id: string; name: string; branch: keyof typeof branches; groups: string[]; department?: string; disabled?: boolean }

const id = (n: number): string => `01900000-0000-7000-8000-00000000000${n.toString(16)}`

/** By name at sign-in. */
export const people = {
  admin: { id: id(1), name: 'Адміністраторка Ада', branch: 'head', groups: ['administrators'] },
  head: { id: id(2), name: 'Керівник Продажу', branch: 'head', groups: ['sales-heads'] },
  olena: { id: id(3), name: 'Олена Київська', branch: 'kyiv', groups: ['telephonists'] },
  taras: { id: id(4), name: 'Тарас Львівський', branch: 'lviv', groups: ['telephonists'] },
  nadia: { id: id(5), name: 'Надія Коваленко', branch: 'kyiv', groups: ['sales-managers'], department },
  ihor: { id: id(6), name: 'Ігор Колега', branch: 'kyiv', groups: ['sales-managers'], department },
  bohdan: { id: id(7), name: 'Богдан Левицький', branch: 'lviv', groups: ['sales-managers'] },
  owner: { id: id(8), name: 'Марія Власна', branch: 'kyiv', groups: ['own-only'] },
  gone: { id: id(9), name: 'Звільнений Петро', branch: 'kyiv', groups: ['administrators'], disabled: true },
  nobody: { id: id(10), name: 'Без Прав', branch: 'kyiv', groups: [] },
} as const satisfies Record<string, Person>

export type PersonName = keyof typeof people

const SECTIONS = ['counterparties', 'contact-persons', 'interactions', 'opportunities', 'pipelines', 'requests', 'queues', 'calls', 'pbxes', 'employees', 'rights', 'saved-filters', 'custom-fields', 'packs', 'sessions', 'messages', 'audit', 'privacy']
const ACTIONS = ['view', 'create', 'change', 'delete', 'export', 'manage']

const every = (scope: string, sections = SECTIONS) =>
  sections.flatMap((section) => ACTIONS.map((action) => ({ section, action, scope })))

const WORK = ['counterparties', 'contact-persons', 'interactions', 'opportunities', 'requests', 'calls', 'privacy']
const LOOK = ['employees', 'pipelines', 'queues'].map((section) => ({ section, action: 'view', scope: 'all' }))

/** By group: administrators and integrations everything, heads all, telephonists their branch, managers their department. */
const groups = {
  administrators: every('all'),
  integrations: every('all'),
  'sales-heads': [...every('all', WORK), ...LOOK],
  telephonists: [...every('branch', WORK), ...LOOK],
  'sales-managers': [...every('department', WORK), ...LOOK],
  'own-only': [...every('own', WORK), ...LOOK],
}

/** Writes the firm into a service's copy of the rights, as the events of directory would. */
export async function peopleTheWorld(db: Db): Promise<void> {
  for (const [name, branchId] of Object.entries(branches)) {
    const parent = name === 'head' ? null : branches.head
    await exec(db, sql`insert into rights_branch (id, parent_id, name, revision) values (${branchId}, ${parent}, ${name}, 1)
                       on conflict do nothing`)
  }
  for (const [username, person] of Object.entries<Person>(people)) {
    await exec(
      db,
      sql`insert into rights_employee (id, username, display_name, branch_id, department_id, groups, disabled, revision)
          values (${person.id}, ${username}, ${person.name}, ${branches[person.branch]}, ${person.department ?? null},
            ${person.groups}, ${person.disabled ?? false}, 1)
          on conflict do nothing`,
    )
  }
  for (const [index, [name, cells]] of Object.entries(groups).entries()) {
    await exec(
      db,
      sql`insert into rights_group (id, name, cells, revision)
          values (${`01900000-0000-7000-8000-0000000000a${index}`}, ${name}, ${JSON.stringify(cells)}, 1)
          on conflict do nothing`,
    )
  }
  await exec(db, sql`update rights_version set version = version + 1`)
}

/** What is taken away of a field; the rest of `FieldCell` may be left out. */
type Limit = { section: string; field: string; limit: 'hide' | 'read-only'; yields?: boolean; from?: string; until?: string }

/** Replaces the limits of fields of a group in a service's copy of the rights; in force within a second. */
export async function limitFields(db: Db, group: string, limits: readonly Limit[]): Promise<void> {
  await exec(db, sql`update rights_group set limits = ${JSON.stringify(limits)}::jsonb where name = ${group}`)
  await exec(db, sql`update rights_version set version = version + 1`)
}
