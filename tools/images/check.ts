// make images-check: every promise about the images, tried on the images that make images built. S='contacts' narrows it.
import { SERVICES, type Service } from './build.ts'
import { checkContent } from './check-content.ts'
import { checkRun } from './check-run.ts'
import { checkSame } from './check-same.ts'
import { findContainers } from './container.ts'
import { findEngine } from './engine.ts'
import { imageOf } from './names.ts'
import { createReport } from './report.ts'

const asked = process.argv.slice(2) as Service[]
const services = asked.length > 0 ? asked : SERVICES
const engine = await findEngine()
if (engine === undefined) console.log('SKIPPED: images need docker or buildah; neither answers here')
else {
  const containers = await findContainers(engine, imageOf(services[0]!))
  const report = createReport()
  if (typeof containers === 'string') console.log(`SKIPPED: containers cannot be run here: ${containers}`)
  else {
    for (const service of services) await checkContent(containers, service, report)
    await checkRun(containers, services, report)
  }
  await checkSame(engine, services[0]!, report)
  process.exitCode = report.end()
}
