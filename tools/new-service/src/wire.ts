import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Words } from './words.ts'

type Edit = { path: string; after: RegExp; insert: string }

/** The places that name every service: the launcher, the images and, for a name with a dash, the gateway. */
function editsFor({ service, serviceCamel, area, dir, table }: Words): Edit[] {
  const key = service === serviceCamel ? service : `'${service}'`
  const edits: Edit[] = [
    { path: 'tools/up/src/environments.ts', after: /export const SERVICES = \[[^\]]*'/, insert: `, '${service}'` },
    { path: 'tools/up/src/environments.ts', after: /telephony: service\('telephony'\),\n/, insert: `    ${key}: service('${service}'),\n` },
    { path: 'tools/up/src/credentials.ts', after: /export const SERVICE_DATABASES = \[[^\]]*'telephony',/, insert: ` '${dir}',` },
    {
      path: 'tools/up/src/components.ts',
      after: /import\('@vitrylo\/telephony'\)\)\.telephony\n/,
      insert: `    case '${service}':\n      return (await import('@vitrylo/${service}')).${serviceCamel}\n`,
    },
    { path: 'tools/images/build.ts', after: /export const SERVICES = \[[^\]]*'telephony'/, insert: `, '${service}'` },
    { path: 'tools/cluster/src/images.ts', after: /  telephony: 'call',\n/, insert: `  ${key}: '${table}',\n` },
    { path: 'tools/package.json', after: /"@vitrylo\/telephony": "\*",/, insert: ` "@vitrylo/${service}": "*",` },
  ]
  if (area !== service) {
    edits.push({ path: 'gateway/src/rest/channels.ts', after: /servicedesk: 'service-desk'/, insert: `, ${area}: '${service}'` })
  }
  return edits
}

/** The changed files, by path; throws, before anything is written, when a place has moved. */
export function wire(root: string, words: Words): Map<string, string> {
  const changed = new Map<string, string>()
  for (const { path, after, insert } of editsFor(words)) {
    const text = changed.get(path) ?? readFileSync(join(root, path), 'utf8')
    const match = after.exec(text)
    if (match === null) throw new Error(`${path} has no place for the service any more (${after}); bring tools/new-service/src/wire.ts up to date`)
    const at = match.index + match[0].length
    changed.set(path, text.slice(0, at) + insert + text.slice(at))
  }
  changed.set('package-lock.json', withWorkspace(readFileSync(join(root, 'package-lock.json'), 'utf8'), words))
  return changed
}

/** What `npm install` would write for one more workspace without new packages; it would also forget other platforms. */
function withWorkspace(lock: string, { service }: Words): string {
  const { packages, ...rest } = JSON.parse(lock) as { packages: Record<string, any> }
  const name = `@vitrylo/${service}`
  const libs = ['auth', 'errors', 'events', 'lists', 'pg', 'proto', 'service']
  packages[`services/${service}`] = {
    name,
    dependencies: Object.fromEntries(libs.map((lib) => [`@vitrylo/${lib}`, '*'])),
    devDependencies: { '@vitrylo/testkit': '*' },
  }
  packages[`node_modules/${name}`] = { resolved: `services/${service}`, link: true }
  packages['tools'].dependencies = sorted({ ...packages['tools'].dependencies, [name]: '*' })
  return `${JSON.stringify({ ...rest, packages: sorted(packages) }, null, 2)}\n`
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
