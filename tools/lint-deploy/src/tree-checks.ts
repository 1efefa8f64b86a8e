import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { conforms } from './chart-checks.ts'
import { faulty, fine, type Check, type Outcome } from './check.ts'
import { tool } from './install.ts'
import { KUBERNETES } from './pinned.ts'
import { must, run } from './process.ts'
import { render } from './render.ts'

const OVERLAYS = ['namespace', 'stores', 'kind']
const COMPOSE = 'compose.yaml'
const IMAGES = ['gateway', 'directory', 'contacts', 'sales', 'service-desk', 'telephony']

/** What stands around the chart: operators' resources, skaffold and compose. */
export const treeChecks: readonly Check[] = [
  ...OVERLAYS.flatMap((overlay) =>
    Object.values(KUBERNETES).map((version) => ({
      name: `kustomize build deploy/k8s/${overlay}, Kubernetes ${version}`,
      run: () => conforms(must(tool('kustomize'), ['build', `deploy/k8s/${overlay}`]), version),
    })),
  ),
  { name: "kind's configuration", run: () => conforms(readFileSync('deploy/k8s/kind/cluster.yaml', 'utf8'), KUBERNETES.newest) },
  { name: 'no role of PostgreSQL takes its password from what pods are given', run: checkRoles },
  { name: 'every alert has a runbook', run: checkRunbooks },
  { name: 'every alert rings when it should, and only then (promtool)', run: checkAlerts },
  { name: 'skaffold diagnose', run: () => skaffold(['diagnose', '--yaml-only']) },
  { name: 'skaffold render', run: checkRender },
  { name: 'docker-compose config', run: checkCompose },
]

/** While a password is changed, pods are given two of them, one per line; a role that took both would open to neither. */
function checkRoles(): Outcome {
  const given = new Set([...render('ha').matchAll(/secret:\s+name: (\S+)/g)].map(([, name]) => name!))
  const [cluster] = parseAllDocuments(readFileSync('deploy/k8s/stores/postgres.yaml', 'utf8')).map((document) => document.toJS() as Roles)
  const roles = cluster!.spec.managed.roles
  const shared = roles.filter(({ passwordSecret }) => given.has(passwordSecret.name))
  const lost = roles.filter(({ name }) => !given.has(`vitrylo-${name.replaceAll('_', '-')}-db`))
  return { faults: [...shared.map(({ name, passwordSecret }) => `${name}: pods mount ${passwordSecret.name} too`), ...lost.map(({ name }) => `${name}: no pod is given its password`)] }
}

type Roles = { spec: { managed: { roles: { name: string; passwordSecret: { name: string } }[] } } }
type Groups = { groups: { rules: { alert?: string; annotations?: { runbook?: string } }[] }[] }

/** A page of its own, or a heading of one: `deploy/k8s/runbooks.md#vitrylokafkabrokermissing`. */
function checkRunbooks(): Outcome {
  const chart = parse(readFileSync('deploy/helm/vitrylo/alerts.yaml', 'utf8')) as Groups
  const { spec: stores } = parse(readFileSync('deploy/k8s/stores/alerts.yaml', 'utf8')) as { spec: Groups }
  const alerts = [...chart.groups, ...stores.groups].flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined)
  const without = alerts.filter(({ annotations }) => {
    const [path = '', heading] = (annotations?.runbook ?? '').split('#')
    if (path === '' || !existsSync(path)) return true
    return heading !== undefined && !new RegExp(`^#+ ${heading}$`, 'im').test(readFileSync(path, 'utf8'))
  })
  return { faults: without.map(({ alert, annotations }) => `${alert}: no runbook at ${annotations?.runbook}`) }
}

/** The rules as the chart and the stores bring them, on the series of deploy/k8s/alerts; an alert that no test expects is a fault. */
function checkAlerts(): Outcome {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-alerts-'))
  try {
    const faults: string[] = []
    for (const [name, yaml] of Object.entries({ chart: render('ha'), stores: readFileSync('deploy/k8s/stores/alerts.yaml', 'utf8') })) {
      const found = parseAllDocuments(yaml).map((document) => document.toJS() as { kind?: string; spec: Groups } | null)
      const { spec } = found.find((object) => object?.kind === 'PrometheusRule')!
      const test = readFileSync(`deploy/k8s/alerts/${name}_test.yaml`, 'utf8')
      writeFileSync(join(dir, `${name}.yaml`), stringify(spec))
      writeFileSync(join(dir, `${name}_test.yaml`), test)
      const { status, stdout, stderr } = run(tool('promtool'), ['test', 'rules', join(dir, `${name}_test.yaml`)])
      if (status !== 0) faults.push(`${name}: ${stdout}${stderr}`.trim())
      const expected = new Set((parse(test) as Tests).tests.flatMap(({ alert_rule_test: rules }) => rules.filter(({ exp_alerts: rung = [] }) => rung.length > 0).map(({ alertname }) => alertname)))
      const alerts = spec.groups.flatMap(({ rules }) => rules).flatMap(({ alert = [] }) => alert)
      faults.push(...alerts.filter((alert) => !expected.has(alert)).map((alert) => `${alert}: no test has it ring`))
    }
    return { faults }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

type Tests = { tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[] }

/** Skaffold calls the program named `helm`, which must be helm 3, and writes its own settings to the home folder. */
function skaffold(args: readonly string[]): Outcome & { stdout?: string } {
  const home = mkdtempSync(join(tmpdir(), 'vitrylo-skaffold-'))
  try {
    symlinkSync(tool('helm'), join(home, 'helm'))
    mkdirSync(join(home, '.skaffold'))
    writeFileSync(join(home, '.skaffold', 'config'), 'global:\n  collect-metrics: false\n  survey: {disable-prompt: true}\n')
    const env = { ...process.env, HOME: home, PATH: `${home}:${process.env.PATH}`, SKAFFOLD_UPDATE_CHECK: 'false', VITRYLO_TRIAL_PASSWORD: 'a-password-for-the-check' }
    const { status, stdout, stderr } = run(tool('skaffold'), args, { env })
    return status === 0 ? { faults: [], stdout } : faulty(`${stdout}${stderr}`)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** As `skaffold run` would deploy it, with images that somebody else has built. */
function checkRender(): Outcome {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-skaffold-'))
  try {
    const artifacts = join(dir, 'artifacts.json')
    writeFileSync(artifacts, JSON.stringify({ builds: IMAGES.map((name) => ({ imageName: `vitrylo/${name}`, tag: `vitrylo/${name}:check` })) }))
    const rendered = skaffold(['render', '--offline=true', '--digest-source=tag', '--build-artifacts', artifacts])
    if (rendered.faults.length > 0) return rendered
    const images = [...(rendered.stdout ?? '').matchAll(/image: (vitrylo\/\S+)/g)].map(([, image]) => image!)
    const wrong = IMAGES.filter((name) => !images.includes(`vitrylo/${name}:check`))
    return wrong.length === 0 ? conforms(rendered.stdout!, KUBERNETES.newest) : faulty(`the built image is not deployed: ${wrong.join(', ')}`)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function checkCompose(): Outcome {
  if (!existsSync(COMPOSE)) return { faults: [], skipped: `there is no ${COMPOSE}` }
  const { status, stdout, stderr } = run(tool('docker-compose'), ['-f', COMPOSE, 'config', '--quiet'])
  return status === 0 ? fine : faulty(`${stdout}${stderr}`)
}
