import { globSync, readFileSync } from 'node:fs'
import type { Check, Outcome } from './check.ts'
import { CHART, profiles, render } from './render.ts'
import { readValues, type Value } from './values.ts'

/** What the chart says somebody hears: values are read by templates, settings by the code. */
export const usageChecks: readonly Check[] = [
  { name: 'every value is read by a template', run: checkValues },
  { name: 'every setting that the chart gives is read by the code', run: checkSettings },
  { name: 'every template has a test', run: checkTested },
]

const textOf = (...patterns: string[]): string => globSync(patterns).map((path) => readFileSync(path, 'utf8')).join('\n')

function checkValues(): Outcome {
  const templates = textOf(`${CHART}/templates/*`)
  const isRead = ({ path }: Value) => {
    const [key, parent] = [path.at(-1), path.at(-2)]
    // By its name, by its name in a list of names, or with all of its parent.
    return [`.${key}\\b`, `"${key}"`, `toYaml \\S*\\.${parent}\\b`, `peers "?.*"${key}"`].some((pattern) => new RegExp(pattern).test(templates))
  }
  const leaves = (values: readonly Value[]): Value[] => values.flatMap((value) => (value.children === undefined ? [value] : leaves(value.children)))
  const unread = leaves(readValues(readFileSync(`${CHART}/values.yaml`, 'utf8'))).filter((value) => !isRead(value))
  return { faults: unread.map(({ path }) => `values.yaml: no template reads ${path.join('.')}`) }
}

function checkSettings(): Outcome {
  const given = new Set(profiles.flatMap((profile) => [...render(profile).matchAll(/name: (VITRYLO_\w+)/g)].map(([, name]) => name!)))
  const read = new Set(textOf('{libs,services}/*/src/**/*.ts', 'gateway/src/**/*.ts', 'libs/*/*.json').match(/VITRYLO_\w+/g))
  const unread = [...given].filter((name) => !read.has(name) && !read.has(name.replace(/_FILE$/, '')))
  return { faults: unread.map((name) => `no service reads ${name}`) }
}

function checkTested(): Outcome {
  const tests = textOf(`${CHART}/tests/*_test.yaml`)
  const templates = globSync(`${CHART}/templates/*.{yaml,txt}`).map((path) => path.slice(path.lastIndexOf('/') + 1))
  return { faults: templates.filter((name) => !tests.includes(name)).map((name) => `templates/${name} has no test`) }
}
