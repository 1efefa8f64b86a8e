import { parse } from 'yaml'

/** A value of the chart with what its comment says. `children` are the values inside; none for a leaf. */
export type Value = {
  path: string[]
  text: string
  schema: JsonObject
  /** Any entry has the keys of this value. */
  entries?: string
  preset: unknown
  children?: Value[]
}

type JsonObject = { [key: string]: unknown }
type Comment = { text: string; schema: JsonObject; entries?: string }

/** Reads values.yaml with its comments: `# -- text`, `# @schema {…}`, `# @entries key`. */
export function readValues(source: string): Value[] {
  return valuesOf([], parse(source) as JsonObject, commentsOf(source))
}

function valuesOf(path: string[], presets: JsonObject, comments: Map<string, Comment>): Value[] {
  return Object.entries(presets).map(([key, preset]) => {
    const here = [...path, key]
    const comment = comments.get(here.join('.')) ?? { text: '', schema: {} }
    const isLeaf = !isObject(preset) || Object.keys(preset).length === 0 || 'additionalProperties' in comment.schema
    const value: Value = { path: here, ...comment, preset }
    if (!isLeaf && comment.entries === undefined) value.children = valuesOf(here, preset, comments)
    return value
  })
}

/** Comments directly above a key, by the key's path. Every level of values.yaml is indented by two more. */
function commentsOf(source: string): Map<string, Comment> {
  const comments = new Map<string, Comment>()
  const path: string[] = []
  let above: string[] = []
  for (const line of source.split('\n')) {
    const comment = /^\s*# ?(.*)$/.exec(line)
    const key = /^( *)([\w.-]+):/.exec(line)
    if (comment !== null) above.push(comment[1]!)
    else {
      if (key !== null) {
        path.splice(key[1]!.length / 2, Infinity, key[2]!)
        if (above.length > 0) comments.set(path.join('.'), commentOf(above))
      }
      above = []
    }
  }
  return comments
}

function commentOf(lines: string[]): Comment {
  const comment: Comment = { text: '', schema: {} }
  for (const line of lines) {
    const [word, rest] = [line.split(' ', 1)[0]!, line.slice(line.indexOf(' ') + 1)]
    if (word === '@schema') comment.schema = JSON.parse(rest) as JsonObject
    else if (word === '@entries') comment.entries = rest
    else comment.text += ` ${word === '--' ? rest : line}`
  }
  comment.text = comment.text.trim()
  return comment
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON schema of the values. A key that is not in values.yaml is refused. */
export function schemaOf(values: readonly Value[]): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart vitrylo',
    ...objectOf(values),
  }
}

function objectOf(values: readonly Value[]): JsonObject {
  const properties = Object.fromEntries(values.map((value) => [value.path.at(-1)!, propertyOf(value)]))
  // `global` is what Helm hands to a chart inside another.
  return { type: 'object', additionalProperties: false, properties: values[0]?.path.length === 1 ? { ...properties, global: { type: 'object' } } : properties }
}

function propertyOf(value: Value): JsonObject {
  const described = value.text === '' ? {} : { description: value.text }
  if (value.entries !== undefined) {
    const names = { pattern: '^[a-z][a-z0-9-]*$' }
    return { ...described, type: 'object', propertyNames: names, additionalProperties: { $ref: `#/properties/${value.entries}` } }
  }
  if (value.children !== undefined) return { ...described, ...objectOf(value.children) }
  return { ...described, type: typeOf(value.preset), ...value.schema }
}

function typeOf(preset: unknown): string {
  if (Array.isArray(preset)) return 'array'
  if (typeof preset === 'number') return Number.isInteger(preset) ? 'integer' : 'number'
  return typeof preset
}

/** Values that nobody has explained. */
export function undocumented(values: readonly Value[]): string[] {
  return values.flatMap(({ path, text, children }) => (children === undefined ? (text === '' ? [path.join('.')] : []) : undocumented(children)))
}

/** A table of all values, for people. */
export function tableOf(values: readonly Value[]): string {
  return ['| value | default | what |', '| --- | --- | --- |', ...values.flatMap(rowsOf)].join('\n')
}

function rowsOf({ path, text, preset, children, entries }: Value): string[] {
  if (children !== undefined) return [...(text === '' ? [] : [row(path, '', text)]), ...children.flatMap(rowsOf)]
  return [row(path, entries === undefined ? `\`${JSON.stringify(preset)}\`` : Object.keys(preset as object).join(', '), text)]
}

const row = (path: string[], preset: string, text: string): string =>
  `| ${[`\`${path.join('.')}\``, preset, text].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
