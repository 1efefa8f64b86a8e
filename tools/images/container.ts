import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import type { Engine } from './engine.ts'

const call = promisify(execFile)

/** Runs and inspects images: docker, or podman over what buildah built. */
export type Containers = {
  run(image: string, options: RunOptions): Promise<Container>
  inspect(image: string): Promise<ImageFacts>
  /** Every path in the image. */
  paths(image: string): Promise<string[]>
  read(image: string, path: string): Promise<string>
}
export type RunOptions = { env: Record<string, string>; args?: string[]; memory: string }
export type Container = { pid: number; logs(): Promise<string>; signal(name: string): Promise<void>; exit(): Promise<number>; remove(): Promise<void> }
export type ImageFacts = { id: string; user: string; entrypoint: string[]; bytes: number; labels: Record<string, string> }

/** As strict as a pod of the profile "restricted"; the root is read-only and nothing is mounted over it. */
const STRICT = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', '200', '--network', 'host']

// Inside another container there is often no systemd, no crun and no right to raise limits.
const LIMITS = ['--ulimit', 'nofile=10000:10000', '--ulimit', 'nproc=9000:9000']
const WAYS = [[], ['--cgroup-manager=cgroupfs', '--runtime=runc']]

/** Undefined, with the reason said, where no container can be run. */
export async function findContainers(engine: Engine, image: string): Promise<Containers | string> {
  if (engine === 'docker') return containersOf(['docker'], [])
  let reason = ''
  for (const way of WAYS) {
    const podman = ['podman', ...way]
    const works = call('podman', [...way, 'run', '--rm', '--network', 'host', ...LIMITS, '--entrypoint', 'node', image, '--version'], { timeout: 60_000 })
    try {
      await works
      return containersOf(podman, [...LIMITS, '--read-only-tmpfs=false'])
    } catch (error) {
      reason = (error as Error).message.trim().split('\n').at(-1)!
    }
  }
  return reason
}

function containersOf([program, ...way]: string[], own: string[]): Containers {
  const engine = async (...args: string[]): Promise<string> => (await call(program!, [...way, ...args], { maxBuffer: 64e6 })).stdout.trim()
  const outOf = async <T>(image: string, work: (id: string) => Promise<T>): Promise<T> => {
    const id = await engine('create', image)
    return work(id).finally(() => engine('rm', id))
  }
  const tar = (id: string, ...args: string[]): string =>
    execFileSync('sh', ['-c', `"$@" | tar ${args.map((arg) => `'${arg}'`).join(' ')}`, 'sh', program!, ...way, 'export', id], { encoding: 'utf8', maxBuffer: 256e6 })
  return {
    async run(image, { env, args = [], memory }) {
      const settings = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])
      const id = await engine('run', '--detach', ...STRICT, ...own, '--memory', memory, ...settings, image, ...args)
      const pid = Number(await engine('inspect', '--format', '{{.State.Pid}}', id))
      return {
        pid,
        logs: async () => (await call(program!, [...way, 'logs', id])).stdout,
        signal: async (name) => void (await engine('kill', '--signal', name, id)),
        exit: async () => Number(await engine('wait', id)),
        remove: async () => void (await engine('rm', '--force', id)),
      }
    },
    async inspect(image) {
      const [found] = JSON.parse(await engine('image', 'inspect', image)) as [Inspected]
      const { User: user, Entrypoint: entrypoint, Labels: labels } = found.Config
      return { id: found.Id, user, entrypoint, labels, bytes: found.Size }
    },
    paths: (image) => outOf(image, async (id) => tar(id, '-t').split('\n')),
    read: (image, path) => outOf(image, async (id) => tar(id, '-xO', path)),
  }
}

type Inspected = { Id: string; Size: number; Config: { User: string; Entrypoint: string[]; Labels: Record<string, string> } }
