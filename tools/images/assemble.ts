// Runs inside the build of an image: assemble.ts SOURCE INSTALLED OUT SERVICE. Puts into OUT what the service runs, and
// nothing else: its workspaces, their packages without types, maps and guides, the bill of materials and the licences.
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { writeBill } from './bill.ts'
import { closureOf } from './closure.ts'
import { LICENCE_FILE, writeLicences } from './licences.ts'

const [source, installed, out, service] = process.argv.slice(2) as [string, string, string, string]

/** What a package ships for people, compilers, bundlers and its own tests; licences and notices stay. */
const UNUSED = /\.([cm]?ts|map|flow|md|markdown|tsbuildinfo)$|^(node_modules|\.github|tests?|testdata|__tests__|examples?|docs|bench(marks?)?|esnext)$/i

const home = [service, `services/${service}`].find((folder) => existsSync(join(source, folder, 'src/main.ts')))
if (home === undefined) throw new Error(`there is no service ${service}`)
const { workspaces, packages } = closureOf(installed, home)

for (const folder of packages) {
  const from = join(installed, folder)
  const isUsed = (path: string): boolean => path === from || LICENCE_FILE.test(basename(path)) || !UNUSED.test(basename(path))
  cpSync(from, join(out, folder), { recursive: true, verbatimSymlinks: true, filter: isUsed })
}
mkdirSync(join(out, 'node_modules/@vitrylo'), { recursive: true })
for (const folder of workspaces) {
  // Of the client, only what is built of it.
  const isUsed = (path: string): boolean => relative(source, path) !== 'gateway/web' && !path.endsWith('.md')
  cpSync(join(source, folder), join(out, folder), { recursive: true, filter: isUsed })
  const link = join(out, 'node_modules/@vitrylo', basename(folder))
  symlinkSync(relative(dirname(link), join(out, folder)), link)
}
if (service === 'gateway') cpSync(join(source, 'gateway/web/dist'), join(out, 'gateway/web/dist'), { recursive: true })
cpSync(join(source, 'LICENSE'), join(out, 'LICENSE'))
// One name for the entry point of every image.
symlinkSync(home, join(out, 'service'))
writeBill({ installed, out, service, packages, env: process.env })
writeLicences(out, packages)
