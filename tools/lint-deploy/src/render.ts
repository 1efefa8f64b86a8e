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

/** The objects of a profile as YAML, by helm 3 or another one. */
export function render(profile: Profile, helm = 'helm', more: readonly string[] = []): string {
  return must(tool(helm), ['template', 'vitrylo', CHART, '--namespace', 'crm', ...PROFILES[profile], ...more])
}
