// Every text that the client asks for exists in both languages with its plural forms, and nothing is kept that is not asked for.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadContract } from '@vitrylo/proto/contract.ts'

const root = join(import.meta.dirname, '..', 'src')
const forms = { uk: ['one', 'few', 'many', 'other'], en: ['one', 'other'] } as const
const plural = /_(zero|one|two|few|many|other)$/

type Tree = { [key: string]: string | Tree }

const flatten = (tree: Tree, prefix = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [prefix + key] : flatten(value, `${prefix}${key}.`)))

const problems: string[] = []

/** Keys that stand twice in one place, which JSON does not mind: the first text is never seen. Files are indented by two blanks. */
function repeated(text: string): string[] {
  const seen: Set<string>[] = []
  return text.split('\n').flatMap((line) => {
    const [, indent, key] = /^( *)"([^"]+)":/.exec(line) ?? []
    if (key === undefined) return []
    const depth = indent!.length / 2
    seen.length = Math.min(seen.length, depth + 1)
    const known = (seen[depth] ??= new Set())
    const isThere = known.has(key)
    known.add(key)
    return isThere ? [key] : []
  })
}

function catalogue(language: string): Set<string> {
  const folder = join(root, 'i18n', language)
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  for (const name of files) problems.push(...repeated(readFileSync(join(folder, name), 'utf8')).map((key) => `twice: ${key} (${language}/${name})`))
  return new Set(files.flatMap((name) => flatten(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Tree)))
}

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }))

const uk = catalogue('uk')
const en = catalogue('en')
const spaces = [...new Set([...uk].map((key) => key.split('.')[0]))].join('|')
const literal = new RegExp(`['"\`]((?:${spaces})\\.[\\w.-]+)['"\`]`, 'g')
const computed = new RegExp(`\`((?:${spaces})(?:\\.[\\w-]+)*)\\.\\$\\{`, 'g')

const asked = new Set<string>()
const prefixes = new Set<string>(['errors.reason', 'errors.rule'])
for (const { name, text } of sources) {
  for (const [, key] of text.matchAll(literal)) {
    const isThere = uk.has(key!) || uk.has(`${key}_other`)
    if (!isThere) problems.push(`missing: ${key} (${name})`)
    asked.add(key!)
  }
  for (const [, prefix] of text.matchAll(computed)) {
    if (![...uk].some((key) => key.startsWith(`${prefix}.`))) problems.push(`missing: ${prefix}.* (${name})`)
    prefixes.add(prefix!)
  }
}
// A prefix that is put together elsewhere: `${words}.${state}` with words = 'words.callOutcome'.
for (const { text } of sources) for (const [, prefix] of text.matchAll(/'(words\.\w+)'/g)) if (!uk.has(prefix!)) prefixes.add(prefix!)

// Whatever a service can refuse a person for is told in their language.
const MACHINES = ['INTERNAL', 'CLIENT_GONE', 'ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED', 'TOKEN_INVALID', 'TOKEN_MISSING', 'LOGOUT_TOKEN_INVALID', 'SECURITY_EVENT_INVALID', 'SIGN_IN_REFUSED',
  'CROSS_SITE_REQUEST', 'TOO_MANY_STREAMS', 'BODY_MALFORMED', 'BODY_UNEXPECTED', 'PEER_REFUSED', 'CONTENT_TYPE_UNSUPPORTED', 'REQUEST_TIMEOUT', 'VALUE_UNREADABLE']
const servers = ['libs', 'services', 'gateway/src'].flatMap((part) => {
  const folder = join(root, '../../..', part)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /^(?!.*(node_modules|test\/|gen\/)).*\.ts$/.test(name))
  return names.map((name) => ({ name: `${part}/${name}`, text: readFileSync(join(folder, name), 'utf8') }))
})
for (const { name, text } of servers) {
  for (const [, reason] of text.matchAll(/AppError\(\s*'[A-Z_]+',\s*'([A-Z_]+)'/g))
    if (!MACHINES.includes(reason!) && !uk.has(`errors.reason.${reason}`)) problems.push(`missing: errors.reason.${reason} (${name})`)
  for (const [, one, other] of text.matchAll(/\brule: '([a-z-]+)'|\brefuse[d]?\([^,()]+, '([a-z-]+)',/g))
    if (!uk.has(`errors.rule.${one ?? other}`)) problems.push(`missing: errors.rule.${one ?? other} (${name})`)
}

// Words that a service gives and a page looks up: a place of a person's data and why it stays, a section of rights.
const GIVEN: [prefix: string, part: string, word: RegExp][] = [
  ['words.subjectPlace', 'ts', /\bname: '([a-z-]+)', table: '/g],
  ['words.subjectReason', 'ts', /\btreatment: 'keep', reason: '([a-z-]+)'/g],
  ['words.section', 'proto', /\bsection: "([a-z-]+)"/g],
]
const protos = readdirSync(join(root, '../../../proto'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.proto'))
  .map((name) => ({ name, text: readFileSync(join(root, '../../../proto', name), 'utf8') }))
for (const [prefix, part, word] of GIVEN) {
  const given = (part === 'ts' ? servers : protos).flatMap(({ name, text }) => [...text.matchAll(word)].map(([, one]) => ({ key: `${prefix}.${one}`, name })))
  // Whoever writes them in another way has to change this too.
  if (given.length === 0) problems.push(`no words are given for ${prefix}`)
  for (const { key, name } of given) if (!uk.has(key)) problems.push(`missing: ${key} (${name})`)
}

// Every field that a list can be filtered by has a name in the builder.
type Facts = { fields: Record<string, object>; relations: Record<string, { fields: Record<string, object> }> }
const lists = JSON.parse(readFileSync(join(root, '../../../libs/lists/fields.json'), 'utf8')) as Record<string, Facts>
for (const { fields, relations } of Object.values(lists)) {
  const tables = [fields, ...Object.values(relations).map((relation) => relation.fields)]
  const keys = [...tables.flatMap((table) => Object.keys(table)).map((field) => `filters.field.${field}`), ...Object.keys(relations).map((name) => `filters.relation.${name}`)]
  for (const key of keys) if (!uk.has(key)) problems.push(`missing: ${key} (fields.json)`)
}

// Whatever the audit log tells of has words: each call that changes something or gives a file, what is not done by a call, each section, each field.
const JOBS = ['InteractionReminder', 'LastDay', 'RetentionRule', 'UnblockSession', 'cut', 'many', 'sign']
const { methods, records } = loadContract()
const told = methods.filter(({ safe, stream }) => !safe || stream === 'download')
const deeds = new Set([...told.map(({ rpc }) => rpc.name), ...JOBS])
for (const deed of deeds) if (!uk.has(`audit.deedDone.${deed}`)) problems.push(`missing: audit.deedDone.${deed} (contract)`)
for (const key of uk) if (key.startsWith('audit.deedDone.') && !deeds.has(key.slice('audit.deedDone.'.length))) problems.push(`unused: ${key} (no such call)`)
for (const { section } of methods) if (section !== '' && !uk.has(`audit.object.${section}`)) problems.push(`missing: audit.object.${section} (contract)`)
const written = told.filter(({ rpc }) => /^(Create|Update)/.test(rpc.name)).flatMap(({ rpc }) => rpc.input.fields.flatMap((field) => (field.fieldKind === 'message' ? [field.message] : [])))
const kept = [...written.filter(({ typeName }) => typeName.startsWith('vitrylo.')), ...[...records.values()].flatMap(({ section, message }) => (section === '' ? [] : [message]))]
for (const { fields, name } of kept)
  for (const { jsonName } of fields)
    if (!['id', 'etag', 'access'].includes(jsonName) && !['rights', 'filters', 'audit'].some((area) => uk.has(`${area}.field.${jsonName}`))) problems.push(`missing: audit.field.${jsonName} (${name})`)

for (const key of uk) {
  const base = key.replace(plural, '')
  const isAsked = asked.has(key) || asked.has(base) || [...prefixes].some((prefix) => key.startsWith(`${prefix}.`))
  if (!isAsked) problems.push(`unused: ${key}`)
}
for (const [language, keys, others] of [['uk', uk, en], ['en', en, uk]] as const) {
  for (const key of keys) if (!plural.test(key) && !others.has(key)) problems.push(`only in ${language}: ${key}`)
  for (const base of new Set([...keys].filter((key) => plural.test(key)).map((key) => key.replace(plural, ''))))
    for (const form of forms[language]) if (!keys.has(`${base}_${form}`)) problems.push(`missing in ${language}: ${base}_${form}`)
}

const found = [...new Set(problems)].filter((problem) => !isPrefix(problem)).sort()
for (const problem of found) console.error(problem)
console.log(`${uk.size} texts in Ukrainian, ${en.size} in English, ${found.length} problems`)
process.exitCode = found.length > 0 ? 1 : 0

/** 'words.callOutcome' stands in the source as the beginning of a key, not as one. */
function isPrefix(problem: string): boolean {
  const key = /^missing: ([\w.]+) \(/.exec(problem)?.[1]
  return key !== undefined && [...uk].some((one) => one.startsWith(`${key}.`))
}
