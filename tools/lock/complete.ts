// Completes package-lock.json: npm leaves out native packages of other platforms that it could not look up when the
// lock was written, and then `npm ci` refuses the lock. Run it after `npm install` when `npm ci` says "Missing: … from
// lock file". The entries hold no hash; npm fetches them only on their own platform.
import { readFileSync, writeFileSync } from 'node:fs'

type Entry = { version?: string; dev?: boolean; optional?: boolean; os?: string[]; cpu?: string[]; libc?: string[]; optionalDependencies?: Record<string, string> }
type Lock = { packages: Record<string, Entry> }

const OS: Record<string, string> = { android: 'android', darwin: 'darwin', freebsd: 'freebsd', linux: 'linux', win32: 'win32', windows: 'win32', openharmony: 'openharmony' }
const CPU: Record<string, RegExp> = {
  arm64: /^(arm64|aarch64)$/,
  x64: /^(x64|x86_64)$/,
  ia32: /^(ia32|i686)$/,
  arm: /^arm(v\d+)?$/,
  ppc64: /^ppc64/,
  riscv64: /^riscv64/,
  s390x: /^s390x/,
  loong64: /^loong64/,
  wasm32: /^wasm32/,
}

const path = new URL('../../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock
const missing = Object.entries(lock.packages).flatMap(([at, { dev, optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !lock.packages[`${at}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`])
    .map(([name, version]) => ({ name, version, dev })),
)
for (const { name, version, dev } of missing) {
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name} ${version}: not an exact version, complete the lock by hand`)
  lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev && { dev }), optional: true }
}
if (missing.length > 0) {
  const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'))
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
}
console.log(`${missing.length} entries added`)

function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/-]/)
  const os = words.map((word) => OS[word]).find(Boolean)
  const cpu = Object.keys(CPU).find((each) => words.some((word) => CPU[each]!.test(word)))
  const musl = words.some((word) => word.startsWith('musl'))
  if (!os || !cpu) throw new Error(`${name}: the platform is not clear from its name, complete the lock by hand`)
  return { cpu: [cpu], ...(musl && { libc: ['musl'] }), os: [os] }
}
