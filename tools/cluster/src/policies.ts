import { SERVICES } from '../../images/build.ts'
import { mayReach } from './arrows.ts'
import { NAMESPACE, RELEASE } from './product.ts'
import { run } from './shell.ts'
import type { Trial } from './steps.ts'

/** Tries to connect to each address from within a pod; what does not open in a second is closed. */
const PROBE = `
import { connect } from 'node:net'
const open = (at) => new Promise((resolve) => {
  const [host, port] = at.split(':')
  const socket = connect(Number(port), host)
  const end = (opens) => { socket.destroy(); resolve(opens) }
  socket.setTimeout(1000, () => end(false)).on('connect', () => end(true)).on('error', () => end(false))
})
const asked = JSON.parse(process.argv[1])
console.log(JSON.stringify(await Promise.all(asked.map(open))))
`

/** From every pod to every other: exactly the arrows of the architecture open. */
export async function policies({ cluster, issuer, report }: Trial): Promise<void> {
  const { env } = cluster
  const addressOf = async (component: string): Promise<string> => {
    const found = await run('kubectl', ['-n', NAMESPACE, 'get', 'pods', '-l', `app.kubernetes.io/component=${component}`, '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[0].status.podIP} {.items[0].metadata.name}'], { env })
    return found.trim()
  }
  const pods = new Map(await Promise.all([...SERVICES, 'postgres'].map(async (name) => [name, (await addressOf(name)).split(' ')] as const)))
  const api = await run('kubectl', ['get', 'service', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}:{.spec.ports[0].port}'], { env })
  const targets: Record<string, string> = {
    ...Object.fromEntries(SERVICES.map((name) => [name, `${pods.get(name)![0]}:${name === 'gateway' ? 8080 : 50051}`])),
    ...Object.fromEntries(SERVICES.map((name) => [`health of ${name}`, `${pods.get(name)![0]}:9090`])),
    postgres: `${pods.get('postgres')![0]}:5432`,
    issuer: new URL(issuer.url).host,
    'the API of Kubernetes': api,
    'the internet': '1.1.1.1:443',
  }
  const wrong: string[] = []
  let tried = 0
  for (const service of SERVICES) {
    const names = Object.keys(targets).filter((name) => !name.endsWith(service))
    const said = await run('kubectl', ['-n', NAMESPACE, 'exec', pods.get(service)![1]!, '--', 'node', '--input-type=module', '-e', PROBE, JSON.stringify(names.map((name) => targets[name]))], { env })
    const opens = JSON.parse(said) as boolean[]
    for (const [index, name] of names.entries()) {
      tried++
      if (opens[index] !== mayReach(service, name)) wrong.push(`${service} -> ${name} is ${opens[index] ? 'open' : 'closed'}`)
    }
  }
  report.say(wrong.length === 0, `each pod of ${RELEASE} reaches what the policies say and nothing else`, wrong.join('; ') || `${tried} connections tried`)
}
