// Every class and every custom property of the style sheets is used by somebody.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', 'src')
const read = (ending: RegExp) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => ending.test(name)).map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }))
const sheets = read(/\.css$/).map(({ name, text }) => ({ name, text: text.replace(/\/\*[^]*?\*\/|"[^"]*"|url\([^)]*\)/g, '') }))
const source = read(/\.tsx?$/).map(({ text }) => text).join('\n')

const words = new Set(source.match(/[\w-]+/g))
// `btn-${tone}`, `b${n}`: put together where it is used.
const prefixes = [...source.matchAll(/([a-z][\w-]*)\$\{/g)].map(([, prefix]) => prefix!)
const isNamed = (name: string) => words.has(name) || name.startsWith('mantine-') || prefixes.some((prefix) => (prefix.endsWith('-') ? name.startsWith(prefix) : name.replace(/\d+$/, '') === prefix))
const properties = new Set([...`${source}${sheets.map(({ text }) => text).join('\n')}`.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name))

const unused = sheets.flatMap(({ name, text }) => [
  ...[...text.matchAll(/\.(-?[a-zA-Z_][\w-]*)(?=[^{}]*\{)/g)].filter(([, one]) => !isNamed(one!)).map(([one]) => `${name}: ${one}`),
  // Those of Mantine are read by its own sheets.
  ...(name === 'theme/mantine-map.css' ? [] : [...text.matchAll(/(--[\w-]+)\s*:/g)].filter(([, one]) => !properties.has(one!) && !words.has(one!)).map(([, one]) => `${name}: ${one}`)),
])
for (const one of new Set(unused)) console.error(`unused: ${one}`)
console.log(`${sheets.length} style sheets, ${new Set(unused).size} names unused`)
process.exitCode = unused.length > 0 ? 1 : 0
