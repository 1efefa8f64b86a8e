import type { Credentials } from './credentials.ts'
import type { Engines } from './engines/engines.ts'
import type { Settings } from './settings.ts'

export type DemoUser = { username: string; name: string; role: string }
type Banner = {
  settings: Settings
  credentials: Credentials
  engines: Pick<Engines, 'note'>
  demoUsers: DemoUser[]
  /** Whether somebody has another password than stands here, by user name; without those of whom this is not known. */
  changed: ReadonlyMap<string, boolean>
  seconds: number
}

/** What the person at the keyboard needs; of the secrets only the passwords that people type, while they are the present ones. */
export function banner({ settings: { origin, issuer, dataDir, demo }, credentials, engines: { note }, demoUsers, changed, seconds }: Banner): string {
  const width = Math.max(0, ...demoUsers.map(({ username }) => username.length))
  const users = demoUsers.map(({ username, name, role }) => `    ${username.padEnd(width)}  ${name}, ${role}${changed.get(username) === true ? ' (password changed)' : ''}`)
  const admin = changed.get('admin') === true ? 'password changed' : `password ${credentials.adminPassword}${changed.has('admin') ? '' : ' (until it is changed)'}`
  return [
    '',
    `  Vitrylo is ready after ${seconds.toFixed(1)} s:  ${origin}`,
    '',
    `  Administrator: admin, ${admin}`,
    ...(demo && users.length > 0 ? [`  Demo users, password of each ${credentials.demoPassword}:`, ...users] : []),
    '',
    '  A token for a script:',
    `    curl -s ${issuer}/protocol/openid-connect/token -d grant_type=client_credentials \\`,
    `      -u "vitrylo-integration:$(node -p "require('${dataDir}/credentials.json').clients['vitrylo-integration']")"`,
    '',
    ...(note === undefined ? [] : [`  ${note}.`]),
    `  Data and secrets: ${dataDir}. Ctrl-C stops everything.`,
    '',
  ].join('\n')
}
