import { readFileSync } from 'node:fs'
import { faulty, fine, type Check, type Outcome } from './check.ts'
import { generate } from './generated.ts'
import { SCHEMAS, tool } from './install.ts'
import { KUBERNETES } from './pinned.ts'
import { run } from './process.ts'
import { CHART, PROFILES, profiles, render, type Profile } from './render.ts'

const CRDS = 'deploy/k8s/schemas/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json'
const KINDS = `${SCHEMAS}/{{.NormalizedKubernetesVersion}}/{{.ResourceKind}}{{.KindSuffix}}.json`

/** The chart itself. */
export const chartChecks: readonly Check[] = [
  { name: 'schema and README are made from values.yaml, rights on Kafka from the code', run: checkGenerated },
  ...profiles.map((profile) => ({ name: `helm lint --strict (${profile})`, run: () => checkLint(profile) })),
  { name: 'helm-unittest', run: checkUnits },
  ...profiles.flatMap((profile) =>
    Object.values(KUBERNETES).map((version) => ({
      name: `kubeconform -strict, Kubernetes ${version} (${profile})`,
      run: () => conforms(render(profile, 'helm', ['--kube-version', version]), version),
    })),
  ),
  ...profiles.map((profile) => ({ name: `kube-score without critical findings (${profile})`, run: () => checkScore(profile) })),
  ...profiles.map((profile) => ({ name: `helm 4 renders the same (${profile})`, run: () => checkHelm4(profile) })),
]

function checkGenerated(): Outcome {
  const { files, undocumented } = generate(CHART)
  const stale = [...files].filter(([path, text]) => readFileSync(path, 'utf8') !== text).map(([path]) => `${path} is not what \`make chart\` makes`)
  return { faults: [...stale, ...undocumented.map((path) => `values.yaml: ${path} has no comment \`# -- …\``)] }
}

function checkLint(profile: Profile): Outcome {
  const { status, stdout, stderr } = run(tool('helm'), ['lint', '--strict', CHART, '--quiet', ...PROFILES[profile]])
  return status === 0 ? fine : faulty(stdout + stderr)
}

/** Counted test by test, as any other. */
function checkUnits(): Outcome {
  const { status, stdout, stderr } = run(tool('helm-unittest'), ['--strict', '--file', 'tests/*_test.yaml', CHART])
  const passed = Number(/^Tests:.*?(\d+) passed/m.exec(stdout)?.[1] ?? 0)
  return status === 0 && passed > 0 ? { faults: [], passed } : faulty(`${stdout}${stderr}`)
}

/** Objects against the schemas of one Kubernetes, and of ours for those of operators. Nothing may be left out. */
export function conforms(yaml: string, version: string): Outcome {
  const schemas = ['-schema-location', KINDS, '-schema-location', CRDS]
  const { status, stdout, stderr } = run(tool('kubeconform'), ['-strict', '-summary', '-kubernetes-version', version, ...schemas], { input: yaml })
  const valid = Number(/Valid: (\d+)/.exec(stdout)?.[1] ?? 0)
  return status === 0 && valid > 0 ? fine : faulty(`${stdout}${stderr}`)
}

function checkScore(profile: Profile): Outcome {
  // Tags of releases do not move: asking the registry at each start would be one more thing that can fail. And a limit of
  // processor time would stall event loops while there is time to spare.
  const accepted = ['--ignore-test', 'container-image-pull-policy', '--ignore-container-cpu-limit']
  const quiet = [...accepted, '--kubernetes-version', `v${KUBERNETES.newest.replace(/\.0$/, '')}`]
  const { stdout, stderr } = run(tool('kube-score'), ['score', '--output-format', 'ci', ...quiet, '-'], { input: render(profile) })
  const lines = stdout.split('\n')
  if (!lines.some((line) => line.startsWith('[OK]'))) return faulty(`kube-score said nothing: ${stderr}`)
  return faulty(lines.filter((line) => line.startsWith('[CRITICAL]')).join('\n'))
}

/** Blank lines aside: helm 4 puts one more before each object. */
function checkHelm4(profile: Profile): Outcome {
  const [three, four] = [render(profile), render(profile, 'helm4')].map((text) => text.split('\n').filter((line) => line.trim() !== ''))
  const at = three!.findIndex((line, index) => line !== four![index])
  if (at < 0 && three!.length === four!.length) return fine
  return faulty(`line ${at}: helm 3 has ${three![at]}, helm 4 has ${four![at]}`)
}
