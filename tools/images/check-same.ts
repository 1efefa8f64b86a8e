import { execFileSync } from 'node:child_process'
import { buildImage, type Service } from './build.ts'
import type { Engine } from './engine.ts'
import { buildFacts, imageOf } from './names.ts'
import type { Report } from './report.ts'

const idOf = (engine: Engine, tag: string): string =>
  engine === 'docker'
    ? execFileSync('docker', ['image', 'inspect', '--format', '{{.Id}}', tag], { encoding: 'utf8' }).trim()
    : execFileSync('buildah', ['inspect', '--type', 'image', '--format', '{{.FromImageID}}', tag], { encoding: 'utf8' }).trim()

/** Builds one image twice with nothing kept in between: the digest of an image covers every file and every setting. */
export async function checkSame(engine: Engine, service: Service, report: Report): Promise<void> {
  const digests: string[] = []
  const facts = buildFacts()
  for (const round of ['first', 'second']) {
    const tag = `${imageOf(service)}-${round}`
    await buildImage({ ...facts, engine, service, tag, noCache: true }, process.env)
    digests.push(idOf(engine, tag))
    execFileSync(engine, ['rmi', tag])
  }
  report.say(digests[0] === digests[1], `two builds of ${service} from nothing have one digest`, digests.join(' and '))
}
