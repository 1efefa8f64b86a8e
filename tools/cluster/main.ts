// make cluster-test: the product on a real Kubernetes. S='at-once kill' names steps; all of them without.
import { findEngine } from '../images/engine.ts'
import { createReport } from '../images/report.ts'
import { RATE, startLoad } from './src/client.ts'
import { findCluster } from './src/cluster.ts'
import { makeImages } from './src/images.ts'
import { install } from './src/install.ts'
import { startOutsideIssuer } from './src/issuer.ts'
import { kafka } from './src/kafka.ts'
import { startOutsideKeycloak } from './src/keycloak.ts'
import { policies } from './src/policies.ts'
import { atOnce, database, drain, kill, oneByOne, scale, signIn, type Step } from './src/steps.ts'

const STEPS: Record<string, Step> = { 'one-by-one': oneByOne, 'at-once': atOnce, kill, drain, database, 'sign-in': signIn, scale, policies, kafka }

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in STEPS))
if (unknown.length > 0) throw new Error(`no such step: ${unknown.join(', ')}; there are ${Object.keys(STEPS).join(', ')}`)
const cluster = await findCluster(process.env)
const engine = await findEngine()
if (typeof cluster === 'string') console.log(`SKIPPED: ${cluster}`)
else if (engine === undefined) console.log('SKIPPED: images need docker or buildah; neither answers here')
else {
  console.log(`on ${cluster.how}, ${RATE} requests/s`)
  const report = createReport()
  const images = await makeImages(engine, cluster)
  const issuer = await (process.env.VITRYLO_CLUSTER_SIGN_IN === 'keycloak' ? startOutsideKeycloak : startOutsideIssuer)(cluster)
  const base = { cluster, issuer, postgresImage: images.postgres, tag: images.tag, hooks: true }
  try {
    await install(base, report)
    const load = await startLoad(cluster, images.of('gateway'), issuer.url)
    const trial = { cluster, load, issuer, base, report }
    for (const name of asked.length > 0 ? asked : Object.keys(STEPS)) {
      console.log(`-- ${name}`)
      await STEPS[name]!(trial)
    }
  } finally {
    await issuer.stop()
  }
  process.exitCode = report.end()
}
