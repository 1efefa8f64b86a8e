import { tool } from './install.ts'
import { must } from './process.ts'

export const CHART = 'deploy/helm/vitrylo'

/** Ways to install the chart that every check looks at. */
export const PROFILES = {
  dev: ['-f', `${CHART}/values-dev.yaml`, '--set', 'trial.password=a-password-for-the-check'],
  ha: ['-f', `${CHART}/values-ha.yaml`],
  trial: ['-f', `${CHART}/values-dev.yaml`, '-f', `${CHART}/tests/values/trial.yaml`],
  everything: ['-f', `${CHART}/tests/values/everything.yaml`],
} as const

export type Profile = keyof typeof PROFILES
export const profiles = Object.keys(PROFILES) as Profile[]

const rendered = new Map<string, string>()

/** The objects of a profile as YAML, by helm 3 or another one; for several checks once. */
export function render(profile: Profile, helm = 'helm', more: readonly string[] = []): string {
  const key = [profile, helm, ...more].join(' ')
  const yaml = rendered.get(key) ?? must(tool(helm), ['template', 'vitrylo', CHART, '--namespace', 'crm', ...PROFILES[profile], ...more])
  rendered.set(key, yaml)
  return yaml
}
