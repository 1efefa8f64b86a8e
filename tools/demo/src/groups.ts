type Scope = 'own' | 'department' | 'branch' | 'all'
type Cell = { section: string; action: string; scope: Scope }

const cells = (scope: Scope, rights: Record<string, string>): Cell[] =>
  Object.entries(rights).flatMap(([section, actions]) => actions.split(' ').map((action) => ({ section, action, scope })))

/** What everybody may: know colleagues, stages and queues, and write to a colleague. */
const EVERYBODY = cells('all', { employees: 'view', pipelines: 'view', queues: 'view', messages: 'create' })

const CLIENTS = { counterparties: 'view create change', 'contact-persons': 'view create change delete', interactions: 'view create change delete' }
const CALLS = { calls: 'view change' }

/** Groups beside administrators and integrations, which every installation has. */
export const GROUPS: readonly { name: string; title: string; cells: Cell[] }[] = [
  {
    name: 'sales-heads',
    title: 'Керівники продажу',
    cells: [
      ...EVERYBODY,
      ...cells('all', { ...CLIENTS, ...CALLS, opportunities: 'view create change delete', requests: 'view create change' }),
      ...cells('all', { pipelines: 'create change', queues: 'change', counterparties: 'delete export', pbxes: 'view', messages: 'manage' }),
    ],
  },
  {
    name: 'branch-heads',
    title: 'Керівники філій',
    cells: [
      ...EVERYBODY,
      ...cells('branch', { ...CLIENTS, ...CALLS, opportunities: 'view create change delete', requests: 'view create change' }),
      ...cells('branch', { counterparties: 'delete', pbxes: 'view', messages: 'manage', sessions: 'manage' }),
    ],
  },
  {
    name: 'sales-managers',
    title: 'Менеджери з продажу',
    cells: [
      ...EVERYBODY,
      ...cells('branch', { ...CLIENTS, ...CALLS, requests: 'view create change', opportunities: 'view create' }),
      ...cells('own', { opportunities: 'change delete' }),
    ],
  },
  {
    name: 'telephonists',
    title: 'Оператори кол-центру',
    cells: [...EVERYBODY, ...cells('branch', { ...CLIENTS, ...CALLS, requests: 'view create change', opportunities: 'view create' })],
  },
  {
    name: 'secretaries',
    title: 'Секретарі',
    cells: [
      ...EVERYBODY,
      ...cells('branch', { ...CLIENTS, requests: 'view create change', opportunities: 'view create' }),
      ...cells('branch', { calls: 'view' }),
    ],
  },
  {
    name: 'service-engineers',
    title: 'Сервісні інженери',
    cells: [
      ...EVERYBODY,
      ...cells('branch', { counterparties: 'view', 'contact-persons': 'view', calls: 'view' }),
      ...cells('branch', { requests: 'view create change' }),
    ],
  },
  {
    name: 'accountants',
    title: 'Бухгалтерія',
    cells: [...EVERYBODY, ...cells('all', { counterparties: 'view change', 'contact-persons': 'view', opportunities: 'view' })],
  },
]
