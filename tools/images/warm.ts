// Runs inside the build of an image: warm.ts APP CACHE. Keeps what node would make anew at each start of a container, whose
// root cannot be written: the code without its types, a third of the start. Compiled code differs from build to build and
// is left out: only what comes out alike twice is kept.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [app, cache] = process.argv.slice(2) as [string, string]
/** The user of the image: node keeps a cache for each. */
const USER = 10_001

/** Imports the service, which starts nothing, and gives the folder that node filled. */
function fill(): string {
  const folder = mkdtempSync(join(tmpdir(), 'warm-'))
  chownSync(folder, USER, USER)
  execFileSync(process.execPath, ['--input-type=module', '--eval', `await import('${app}/service/src/index.ts')\nprocess.exit()`], {
    cwd: app,
    uid: USER,
    gid: USER,
    env: { ...process.env, NODE_COMPILE_CACHE: folder, HOME: folder },
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  const [own] = readdirSync(folder).filter((name) => name.endsWith(`-${USER}`))
  if (own === undefined) throw new Error('node kept nothing')
  return join(folder, own)
}

const [one, other] = [fill(), fill()] as const
const alike = readdirSync(one).filter((name) => readFileSync(join(one, name)).equals(readFileSync(join(other, name))))
const target = join(cache, one.split('/').at(-1)!)
mkdirSync(target, { recursive: true, mode: 0o755 })
for (const name of alike) {
  cpSync(join(one, name), join(target, name))
  chmodSync(join(target, name), 0o644)
}
console.log(`${alike.length} of ${readdirSync(one).length} kept`)
