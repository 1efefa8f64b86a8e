import type { Schema } from '../contract/rules.ts'

const VERBS = ['get', 'post', 'put', 'patch', 'delete']

const STYLE = `
  :root { color-scheme: light dark; --line: #8884; --soft: #8882 }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
  h2 { margin-top: 3rem; border-bottom: 1px solid var(--line) }
  details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem }
  summary { cursor: pointer } summary b { display: inline-block; width: 4.5rem }
  code, pre { font: 13px/1.5 ui-monospace, monospace; background: var(--soft); border-radius: 4px; padding: .1em .3em }
  pre { padding: .8rem; overflow: auto } table { border-collapse: collapse; width: 100% }
  td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line) }
`

/** The document as a page that people can read: no script, nothing from outside. */
export function docsPage(document: Schema): string {
  const operations = Object.entries(document.paths as Record<string, Schema>).flatMap(([path, item]) =>
    VERBS.filter((verb) => item[verb] !== undefined).map((verb) => ({ path, verb, operation: item[verb] as Schema })),
  )
  const sections = (document.tags as Schema[]).map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name))
    return `<h2 id="${escape(name)}">${escape(name)}</h2><p>${text(description)}</p>${own.map(operationHtml).join('')}`
  })
  const schemas = Object.entries(document.components.schemas as Record<string, Schema>).map(
    ([name, schema]) => `<details id="${escape(name)}"><summary><code>${escape(name)}</code></summary>${schemaHtml(schema)}</details>`,
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Vitrylo API</title><style>${STYLE}</style>
<h1>Vitrylo API</h1>
<p>${text(document.info.description)} Machine-readable: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).
A script sends <code>Authorization: Bearer &lt;access token&gt;</code>.</p>
${sections.join('\n')}
<h2>Schemas</h2>
${schemas.join('\n')}
</html>
`
}

function operationHtml({ path, verb, operation }: { path: string; verb: string; operation: Schema }): string {
  const { section, action } = operation['x-vitrylo-access'] as Schema
  const right = section === '' ? 'any signed-in caller' : `right ${section}: ${action}`
  const answers = Object.entries(operation.responses as Record<string, Schema>)
    .filter(([status]) => status !== 'default')
    .map(([status, answer]) => `<p>${status}: ${text(answer.description)} ${contentHtml(answer.content)}</p>`)
  const body = operation.requestBody === undefined ? '' : `<p>Body: ${contentHtml(operation.requestBody.content)}</p>`
  const parameters = (operation.parameters ?? []) as Schema[]
  const rows = parameters.map((p) => `<tr><td><code>${escape(p.name)}</code></td><td>${escape(p.in)}</td><td>${typeOf(p.schema)}</td><td>${text(p.description)}</td></tr>`)
  return `<details id="${escape(operation.operationId)}"><summary><b>${verb.toUpperCase()}</b> <code>${escape(path)}</code> ${text(operation.summary)}</summary>
<p>${text(operation.description)}</p><p>Needs: ${escape(right)}</p>${rows.length > 0 ? `<table>${rows.join('')}</table>` : ''}${body}${answers.join('')}</details>`
}

function contentHtml(content: Record<string, Schema> | undefined): string {
  return Object.entries(content ?? {}).map(([type, { schema }]) => `<code>${escape(type)}</code> ${typeOf(schema)}`).join(', ')
}

function schemaHtml(schema: Schema): string {
  const required = new Set(schema.required as string[] | undefined)
  const rows = Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(
    ([name, field]) =>
      `<tr><td><code>${escape(name)}</code>${required.has(name) ? ' *' : ''}</td><td>${typeOf(field)}</td><td>${text(field.description)}</td></tr>`,
  )
  return `<p>${text(schema.description)}</p><table>${rows.join('')}</table>`
}

/** A type in a few words, with links to the schemas it names. */
function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return ''
  const { $ref, anyOf, type, items, enum: words, format, properties, additionalProperties } = schema
  if (typeof $ref === 'string') {
    const name = $ref.slice($ref.lastIndexOf('/') + 1)
    return `<a href="#${escape(name)}">${escape(name)}</a>`
  }
  if (anyOf !== undefined) return (anyOf as Schema[]).map(typeOf).join(' or ')
  if (words !== undefined) return (words as string[]).map((word) => `<code>${escape(word)}</code>`).join(' ')
  if (type === 'array') return `list of ${typeOf(items)}`
  if (properties !== undefined) return Object.keys(properties).map((name) => `<code>${escape(name)}</code>`).join(' ')
  if (typeof additionalProperties === 'object') return `map to ${typeOf(additionalProperties)}`
  return escape([type, format].filter((part) => part !== undefined).join(', '))
}

function text(value: unknown): string {
  return escape(value).replaceAll(/`([^`]+)`/g, '<code>$1</code>').replaceAll('\n\n', '<br><br>')
}

function escape(value: unknown): string {
  return String(value ?? '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
