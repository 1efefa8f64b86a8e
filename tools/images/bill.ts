import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { licenceOf, manifestOf } from './packages.ts'

type Component = {
  'bom-ref': string
  type: 'application' | 'library' | 'platform'
  name: string
  group?: string
  version: string
  purl: string
  licenses?: ({ license: { id: string } } | { expression: string })[]
  hashes?: { alg: 'SHA-512'; content: string }[]
}
type Lock = { packages: Record<string, { integrity?: string }> }
type Image = { installed: string; out: string; service: string; packages: readonly string[]; env: NodeJS.ProcessEnv }

/**
 * Writes sbom.cdx.json (CycloneDX 1.6): what really lies in the image, with the hashes of the lock file, and node with
 * what is compiled into it. `npm sbom` refuses workspaces without versions and optional packages that are absent.
 * Time and serial number follow from the content, so that the same sources give the same image.
 */
export function writeBill({ installed, out, service, packages, env }: Image): void {
  const lock = JSON.parse(readFileSync(join(installed, 'package-lock.json'), 'utf8')) as Lock
  const libraries = packages.map((folder) => componentOf(join(installed, folder), lock.packages[folder]?.integrity))
  const components = unique([...libraries, ...runtime()]).toSorted((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1))
  const version = env.VERSION ?? '0.0.0'
  const subject = { 'bom-ref': `vitrylo-${service}`, type: 'application', name: `vitrylo-${service}`, version, licenses: [{ license: { id: 'Apache-2.0' } }] }
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([subject, components]))}`,
    version: 1,
    metadata: { timestamp: new Date(Number(env.SOURCE_DATE_EPOCH ?? 0) * 1000).toISOString(), component: subject },
    components,
    dependencies: [{ ref: subject['bom-ref'], dependsOn: components.map((component) => component['bom-ref']) }],
  }
  writeFileSync(join(out, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 1)}\n`)
}

function componentOf(folder: string, integrity: string | undefined): Component {
  const manifest = manifestOf(folder)
  const [group, name] = manifest.name.startsWith('@') ? manifest.name.split('/') : [undefined, manifest.name]
  const { version } = manifest
  const purl = `pkg:npm/${manifest.name.replace('@', '%40')}@${version}`
  const licence = licenceOf(manifest)
  const hash = integrity?.startsWith('sha512-') ? Buffer.from(integrity.slice(7), 'base64').toString('hex') : undefined
  return {
    'bom-ref': purl,
    type: 'library',
    ...(group !== undefined && { group }),
    name: name!,
    version,
    purl,
    ...(licence !== undefined && { licenses: [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }] }),
    ...(hash !== undefined && { hashes: [{ alg: 'SHA-512', content: hash }] }),
  }
}

function runtime(): Component[] {
  const compiledIn = ['openssl', 'v8', 'uv', 'zlib', 'icu', 'llhttp', 'nghttp2', 'ares', 'undici', 'sqlite']
  const of = (name: string, type: Component['type']): Component[] => {
    const version = process.versions[name]
    if (version === undefined) return []
    const purl = `pkg:generic/${name}@${version}`
    return [{ 'bom-ref': purl, type, name, version, purl }]
  }
  return [...of('node', 'platform'), ...compiledIn.flatMap((name) => of(name, 'library'))]
}

const unique = (components: Component[]): Component[] => [...new Map(components.map((each) => [each['bom-ref'], each])).values()]

/** A UUID of version 8, which is free to follow from anything. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}
