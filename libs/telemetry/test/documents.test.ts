import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'

const ROOT = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')
const DASHBOARDS = 'deploy/helm/vitrylo/dashboards/'

type Rule = { record?: string; alert?: string; expr: string; annotations?: { runbook: string } }
type Panel = { title: string; targets: { expr: string }[] }

const { metrics } = parse(read('docs/telemetry.yaml')) as { metrics: { name: string; type: string; labels: string[] }[] }
const rules = (parse(read('deploy/helm/vitrylo/alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules)
const panels = readdirSync(new URL(DASHBOARDS, ROOT)).flatMap((file) => (JSON.parse(read(DASHBOARDS + file)) as { panels: Panel[] }).panels)
const expressions = [...rules.map(({ expr }) => expr), ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))]
const recorded = new Set(rules.flatMap(({ record }) => record ?? []))
// Labels that Prometheus adds to what it reads.
const OF_THE_TARGET = ['namespace', 'pod', 'service']

test('alerts and dashboards ask for metrics that exist, by labels that they have', () => {
  const series = new Map(metrics.flatMap(({ name, type, labels }) =>
    type === 'histogram' ? [[`${name}_bucket`, [...labels, 'le']], [`${name}_count`, labels], [`${name}_sum`, labels]] as [string, string[]][] : [[name, labels] as [string, string[]]],
  ))
  for (const expr of expressions) {
    const used = [...expr.matchAll(/\b([a-z]\w*_\w+|vitrylo:[\w:]+)\b(?![\s]*[(=~])(?:\{([^}]*)\})?/g)].filter(([, name]) => !isLabel(name!))
    expect({ expr, metrics: used.length > 0 }).toEqual({ expr, metrics: true })
    const grouped = [...expr.matchAll(/\b(?:by|ignoring) \(([^)]*)\)/g)].flatMap(([, names]) => names!.split(',').map((name) => name.trim()))
    expect({ expr, unknown: grouped.filter((name) => name !== 'le' && !isLabel(name) && !OF_THE_TARGET.includes(name)) }).toEqual({ expr, unknown: [] })
    for (const [, name, selectors = ''] of used) {
      if (recorded.has(name!)) continue
      const labels = series.get(name!)
      expect({ expr, name, known: labels !== undefined }).toEqual({ expr, name, known: true })
      const asked = [...selectors.matchAll(/(\w+)=~?"/g)].map(([, label]) => label!)
      expect({ expr, unknown: asked.filter((label) => ![...labels!, ...OF_THE_TARGET].includes(label)) }).toEqual({ expr, unknown: [] })
    }
  }
})

const isLabel = (name: string): boolean => metrics.some(({ labels }) => labels.includes(name))

test('every metric is looked at by an alert or a dashboard', () => {
  const text = expressions.join('\n')
  expect(metrics.filter(({ name }) => !text.includes(name)).map(({ name }) => name)).toEqual([])
})

test('every alert has its page, and every page its alert', () => {
  const alerts = rules.filter(({ alert }) => alert !== undefined)
  const pages = new Map(alerts.map(({ annotations }) => [annotations!.runbook, read(annotations!.runbook)]))
  for (const { alert, annotations } of alerts) {
    const page = pages.get(annotations!.runbook)!
    expect(page.split('\n')[0]).toMatch(new RegExp(`^# .*\\b${alert}\\b`))
    for (const part of ['Meaning', 'What people feel', 'First look', 'Cure']) expect(page).toContain(`**${part}.**`)
  }
  const files = readdirSync(new URL('docs/runbooks/', ROOT)).filter((file) => file !== 'README.md').map((file) => `docs/runbooks/${file}`)
  expect(files.sort()).toEqual([...pages.keys()].sort())
})
