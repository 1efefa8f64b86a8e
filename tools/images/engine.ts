import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What builds and holds images here. */
export type Engine = 'docker' | 'buildah'

const answers = (program: string, ...args: string[]): Promise<boolean> =>
  promisify(execFile)(program, args, { timeout: 20_000 }).then(() => true, () => false)

/** docker where its daemon answers, else buildah, which needs none; undefined where there is neither. */
export async function findEngine(): Promise<Engine | undefined> {
  if (await answers('docker', 'info')) return 'docker'
  return (await answers('buildah', '--version')) ? 'buildah' : undefined
}
