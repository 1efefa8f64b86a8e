import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from './engine.ts'

export const SERVICES = ['gateway', 'directory', 'contacts', 'sales', 'service-desk', 'telephony'] as const
export type Service = (typeof SERVICES)[number]

const ROOT = new URL('../../', import.meta.url)

export type BuildOptions = {
  engine: Engine
  service: Service
  tag: string
  version: string
  revision: string
  /** Seconds since 1970 that stand for the time of every file: the same sources give the same image. */
  epoch: number
  /** Build arguments of the Dockerfile; without them its own defaults. */
  base?: string | undefined
  runtime?: string | undefined
  /** Does all steps again. */
  noCache?: boolean
}

/** Builds one image; what the engine says is shown only when it fails. */
export async function buildImage(options: BuildOptions, env: NodeJS.ProcessEnv): Promise<void> {
  const command = commandOf(options, env)
  const child = spawn(options.engine, command, {
    cwd: ROOT,
    env: { ...env, DOCKER_BUILDKIT: '1', SOURCE_DATE_EPOCH: String(options.epoch) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the image of ${options.service} could not be built\n${said.slice(-6000)}`)
}

function commandOf({ engine, service, tag, version, revision, epoch, base, runtime, noCache }: BuildOptions, env: NodeJS.ProcessEnv): string[] {
  const args = { SERVICE: service, VERSION: version, REVISION: revision, SOURCE_DATE_EPOCH: String(epoch), BASE: base, RUNTIME: runtime }
  const own =
    engine === 'docker'
      ? ['buildx', 'build', '--output', 'type=docker,rewrite-timestamp=true', '--provenance=false']
      : ['bud', '--isolation', env.BUILDAH_ISOLATION ?? 'chroot', '--layers', '--timestamp', String(epoch)]
  return [
    ...own,
    ...(noCache === true ? ['--no-cache'] : []),
    ...Object.entries(args).flatMap(([name, value]) => (value === undefined ? [] : ['--build-arg', `${name}=${value}`])),
    ...secrets(env).flatMap(([id, src]) => ['--secret', `id=${id},src=${src}`]),
    '--tag', tag, '.',
  ]
}

/** A mirror's address and certificate are of this machine: they take part in the build and stay in no layer. */
function secrets(env: NodeJS.ProcessEnv): [string, string][] {
  const found: [string, string | undefined][] = [
    ['npmrc', env.NPM_CONFIG_USERCONFIG ?? join(homedir(), '.npmrc')],
    ['ca', env.NODE_EXTRA_CA_CERTS],
  ]
  return found.filter((pair): pair is [string, string] => pair[1] !== undefined && existsSync(pair[1]))
}
