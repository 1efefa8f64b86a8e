import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const run = promisify(execFile)
const OLDEST = 17

/** JAVA_HOME, else what stands in PATH. */
export const javaProgram = (): string => (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java')

/** Why the distributions cannot run on this machine, in one sentence; undefined when they can. */
export async function whyNoJava(): Promise<string | undefined> {
  const answer = await run(javaProgram(), ['-version']).catch(() => undefined)
  const version = Number(/version "(\d+)/.exec(answer?.stderr ?? '')?.[1])
  if (answer === undefined) return `Java is missing: install a JRE of version ${OLDEST} or newer (JAVA_HOME or PATH), or start a container engine.`
  if (version < OLDEST) return `Java is too old: version ${version} was found, ${OLDEST} or newer is needed.`
  const maven = await run('mvn', ['--version']).then(() => true, () => false)
  return maven ? undefined : 'Maven is missing: the command mvn fetches Kafka and Keycloak; install it, or start a container engine.'
}

/** A folder of the user's cache, filled once. Filled at the side first: what was cut off must not look complete. */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vitrylo', 'engines')
  const folder = join(cache, name)
  if (await access(folder).then(() => true, () => false)) return folder
  await mkdir(cache, { recursive: true })
  const side = await mkdtemp(join(cache, 'fetching-'))
  try {
    await fill(side)
    await rename(side, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error // else another run was faster
    })
  } finally {
    await rm(side, { recursive: true, force: true })
  }
  return folder
}

/** Not to be had here, which is no fault of ours. */
export class CannotFetch extends Error {}

export async function maven(...args: string[]): Promise<void> {
  await run('mvn', ['-q', '-B', ...args]).catch((error: { stdout?: string }) => {
    const reason = /\[ERROR\] (.*)/.exec(error.stdout ?? '')?.[1] ?? 'no reason was given'
    throw new CannotFetch(`Maven could not fetch ${args.at(-1)}: ${reason}`)
  })
}
