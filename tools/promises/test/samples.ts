import type { Contract, Route, Schema } from './routes.ts'

/** Collection -> ids that a body may name. */
export type Known = Readonly<Record<string, readonly string[]>>

// Names of references that do not say what they lead to.
const ALIASES: Record<string, string> = {
  from: 'counterparties', to: 'counterparties', merged: 'counterparties', kind: 'relation-kinds', purpose: 'consent-purposes', owner: 'employees', responsible: 'employees',
  parent: 'branches', except: 'counterparties',
}
const TEXTS = ['planted', 'planted-words', 'Planted words', '2031-01-15', '100.50', 'UAH', 'UA', 'uk', '+380441234567', 'https://planted.example', '09:00', 'Europe/Kyiv', '12345678', 'counterparties']

/** What only rules of the service say, by collection; everything else follows from the schema. */
const GIVEN: Record<string, (n: number, known: Known) => object> = {
  'custom-fields': (n) => ({ resource: 'counterparties', name: `planted_${n}`, kind: 'text', label: { uk: `Поле ${n}`, en: `Field ${n}` } }),
  'custom-sections': (n) => ({ resource: 'counterparties', name: `part_${n}`, label: { uk: `Частина ${n}`, en: `Part ${n}` } }),
  pipelines: (n) => ({ name: `Воронка ${n}`, stages: [{ name: 'Початок', probability: 10 }] }),
  relations: (n, known) => ({ kindId: known['relation-kinds']![0], fromId: known.counterparties!.at(-2), toId: known.counterparties!.at(-1), startDate: dayOf(n), endDate: dayOf(n) }),
  grants: (n, known) => ({ groupId: known.groups![0], section: 'counterparties', action: 'view', scope: 'own', fromTime: new Date(Date.UTC(2031, 0, 1, 0, n)).toISOString() }),
  messages: (_n, known) => ({ text: 'Увага', employeeId: known.employees![0] }),
  'saved-filters': (n) => ({ displayName: `Фільтр ${n}`, resource: 'counterparties' }),
  'legal-holds': (_n, known) => ({ counterpartyId: known.counterparties![0] }),
  // A request of a call needs none: only the service asks for it.
  requests: (n) => ({ subject: `Звернення ${n}` }),
  imports: () => ({ kind: 'counterparty' }),
  'opportunity-imports': () => ({ kind: 'opportunity' }),
  ...Object.fromEntries([['opportunity', 'opportunities'], ['request', 'requests'], ['call', 'calls'], ['sign-in', 'sign-ins']].map(([own, resource]) =>
    [`${own}-retention-rules`, (n: number) => ({ displayName: `Строк ${n}`, resource, ageMonths: 60 })])),
}

let last = 0
const dayOf = (n: number): string => new Date(Date.UTC(2031, 0, n)).toISOString().slice(0, 10)

/** The collection that a reference leads to: `counterpartyId` -> counterparties. */
export function collectionOf(name: string, known: Known): string | undefined {
  const stem = /^(.*)Ids?$/.exec(name)?.[1]?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  if (stem === undefined) return undefined
  const alias = ALIASES[stem]
  if (alias !== undefined) return alias
  return [`${stem}s`, `${stem}es`, stem.replace(/y$/, 'ies')].find((collection) => known[collection] !== undefined)
}

/** The least body that a create route takes; undefined while something that it names is not there yet. */
export function leastBody({ whole, creates }: Contract, route: Route, known: Known): Record<string, unknown> | undefined {
  last++
  const given = creates.includes(route) ? GIVEN[route.collection] : undefined
  try {
    const own = given?.(last, known) ?? {}
    const body = objectOf(whole(route.body!), Object.keys(own))
    return { ...body, ...own }
  } catch (error) {
    if (error instanceof NotYet || error instanceof TypeError) return undefined
    throw error
  }

  function objectOf({ required = [], properties = {} }: Schema, except: readonly string[] = []): Record<string, unknown> {
    return Object.fromEntries(required.filter((name) => !except.includes(name)).map((name) => [name, valueOf(name, whole(properties[name]!))]))
  }

  function valueOf(name: string, schema: Schema): unknown {
    if (schema.enum !== undefined) return schema.enum.find((word) => word !== 'unspecified')
    if (schema.items !== undefined) return Array.from({ length: schema.minItems ?? 1 }, () => valueOf(name, whole(schema.items!)))
    if (schema.properties !== undefined) return objectOf({ ...schema, required: schema.required ?? Object.keys(schema.properties) })
    if (schema.type === 'object') return {}
    if (schema.type === 'boolean') return true
    if (schema.type === 'integer' || schema.type === 'number') return Math.max(schema.minimum ?? 1, 1)
    return textOf(name, schema)
  }

  function textOf(name: string, { format, pattern, maxLength = 40 }: Schema): string {
    if (format === 'uuid') {
      const id = known[collectionOf(name, known) ?? '']?.at(-1)
      if (id === undefined) throw new NotYet(name)
      return id
    }
    if (format === 'date-time') return '2031-01-15T10:00:00Z'
    const fits = TEXTS.flatMap((text) => [`${text}${last}`, text]).find((text) => text.length <= maxLength && (pattern === undefined || new RegExp(pattern, 'u').test(text)))
    if (fits === undefined) throw new Error(`nothing fits ${name}: ${pattern}`)
    return fits
  }
}

class NotYet extends Error {}

/** A value for a property that is surely not `natural`, and right by the schema; of `known` records where it names one. */
export function forged(contract: Contract, schema: Schema, natural: unknown, name = '', known: Known = {}): unknown {
  const whole = contract.whole(schema)
  if (whole.enum !== undefined) return whole.enum.findLast((word) => word !== 'unspecified' && word !== natural)
  if (whole.items !== undefined) return [forged(contract, whole.items, undefined, name, known)]
  if (whole.properties !== undefined) return Object.fromEntries(Object.entries(whole.properties).filter(([, each]) => each.readOnly !== true).map(([each, of]) => [each, forged(contract, of, undefined, each, known)]))
  if (whole.type === 'object') return { forged: 'forged' }
  if (whole.type === 'boolean') return natural !== true
  if (whole.type === 'integer' || whole.type === 'number') return 77
  if (whole.format === 'uuid') return known[collectionOf(name, known) ?? '']?.at(-1) ?? FORGED_ID
  if (whole.format === 'email') return 'forged@planted.example'
  if (whole.format === 'date-time') return '2001-01-01T00:00:00Z'
  return ['77', 'forged77', '2001-01-01', '0671234568', 'UA213223130000026007233566001', ...TEXTS].find((text) => text !== natural && (whole.pattern === undefined || new RegExp(whole.pattern, 'u').test(text)))
}

export const FORGED_ID = '01900000-0000-7000-8000-00000000f0f0'
