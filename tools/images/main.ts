// make images: the images of all services, or of those named: make images S='contacts gateway'.
import { SERVICES, buildImage, type Service } from './build.ts'
import { findEngine } from './engine.ts'
import { buildFacts, imageOf } from './names.ts'

const asked = process.argv.slice(2)
const wrong = asked.filter((name) => !SERVICES.includes(name as Service))
const engine = await findEngine()
if (wrong.length > 0) refuse(`no such service: ${wrong.join(', ')}; there are ${SERVICES.join(', ')}`)
else if (engine === undefined) refuse('images need docker or buildah; neither answers here')
else await buildAll(asked.length > 0 ? (asked as Service[]) : SERVICES, engine)

async function buildAll(services: readonly Service[], engine: 'docker' | 'buildah'): Promise<void> {
  for (const service of services) {
    const from = performance.now()
    await buildImage({ ...buildFacts(), engine, service, tag: imageOf(service) }, process.env)
    console.log(`${imageOf(service)}  ${((performance.now() - from) / 1000).toFixed(1)} s, ${engine}`)
  }
}

function refuse(sentence: string): void {
  console.error(sentence)
  process.exitCode = 1
}
