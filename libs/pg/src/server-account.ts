import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** How the programs of an embedded server are run: PostgreSQL refuses to work as root. */
export type Account = {
  /** Owner of the files; undefined: whoever we are. */
  owner?: { uid: number; gid: number }
  command(program: string, args: string[]): { program: string; args: string[]; uid?: number; gid?: number }
}

/** `paths`: programs and data folder, which the server's user must reach. */
export async function serverAccount(paths: string[]): Promise<Account> {
  if (process.getuid?.() !== 0) return { command: (program, args) => ({ program, args }) }
  const owner = await postgresUser()
  const closed = await firstClosedFolder(paths)
  if (!closed) return { owner, command: (program, args) => ({ program, args, ...owner }) }
  if (!(await hasSetpriv())) {
    throw new Error(`PostgreSQL does not run as root, and its user cannot pass through ${closed} (mode 700); start Vitrylo as an ordinary user or move it elsewhere.`)
  }
  // Keeps root's right to pass through folders, and nothing else of root. Without no_setuid_fixup, access(2), by which
  // initdb looks for its sister programs, would forget it again.
  const { uid, gid } = owner
  const drop = ['--securebits=+no_setuid_fixup', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--']
  return { owner, command: (program, args) => ({ program: 'setpriv', args: [...drop, program, ...args] }) }
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const find = async () => ({ uid: await idOf('-u'), gid: await idOf('-g') })
  try {
    return await find()
  } catch {
    // Not there yet.
  }
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'])
    return await find()
  } catch {
    throw new Error('PostgreSQL does not run as root, and a user for it could not be made; start Vitrylo as an ordinary user.')
  }
}

async function idOf(flag: string): Promise<number> {
  return Number((await run('id', [flag, 'postgres'])).stdout)
}

async function hasSetpriv(): Promise<boolean> {
  return run('setpriv', ['--version']).then(
    () => true,
    () => false,
  )
}

async function firstClosedFolder(paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if (((await stat(folder)).mode & 0o001) === 0) return folder
      if (folder === dirname(folder)) break
    }
  }
  return undefined
}
