import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { freshDatabase, until } from '@vitrylo/testkit'
import { SERVICES, type Service } from './build.ts'
import type { Container, Containers } from './container.ts'
import { imageOf } from './names.ts'
import type { Report } from './report.ts'

const START_MS = 1_500
const STOP_MS = 1_000
const STARTS = 3

type Inside = { facts: string; peak: number; cpuMs: number }
type Round = Inside & { startMs: number; stopMs: number; code: number }

/** Starts every image as strictly as a cluster would, and stops it: rights, memory, times. */
export async function checkRun(containers: Containers, services: readonly Service[], report: Report): Promise<void> {
  const bus = await freshDatabase('bus')
  for (const service of services) {
    const database = await freshDatabase(service.replace('-', '_'))
    const port = await freePort()
    const run = () => containers.run(imageOf(service), { env: settings(service, { database, bus, port }), memory: '256m' })
    const first = await started(run(), port) // migrates
    await stopped(first.container)
    const rounds: Round[] = []
    for (let round = 0; round < STARTS; round++) {
      const { container, ms } = await started(run(), port)
      const inside = await insideOf(container.pid)
      rounds.push({ startMs: ms, ...inside, ...(await stopped(container)) })
    }
    const say = (holds: boolean, sentence: string, found: string) => report.say(holds, `${service}: ${sentence}`, found)
    const times = (of: 'startMs' | 'stopMs' | 'cpuMs') => `${rounds.map((round) => Math.round(round[of])).join(', ')} ms`
    say(rounds.every(({ facts }) => facts === 'uid 10001, capabilities 0, no new privileges, read-only root'), 'runs with no rights and a read-only root', rounds[0]!.facts)
    say(rounds.every(({ peak }) => peak < 256e6), 'in 256 MB of memory', `${Math.round(Math.max(...rounds.map(({ peak }) => peak)) / 1e6)} MB at most after a start`)
    // The best of three: the limit is of the image, not of what else this machine does.
    say(Math.min(...rounds.map(({ startMs }) => startMs)) <= START_MS, `answers within ${START_MS} ms`, `${times('startMs')}, of the processor ${times('cpuMs')}`)
    say(Math.min(...rounds.map(({ stopMs }) => stopMs)) <= STOP_MS, `ends within ${STOP_MS} ms of SIGTERM`, times('stopMs'))
    say(rounds.every(({ code }) => code === 0), 'ends with code 0', rounds.map(({ code }) => code).join(', '))
  }
}

function settings(service: Service, at: { database: string; bus: string; port: number }): Record<string, string> {
  const issuer = 'http://127.0.0.1:1/realms/vitrylo'
  return {
    VITRYLO_DATABASE_URL: at.database,
    VITRYLO_BUS_URL: at.bus,
    VITRYLO_OIDC_ISSUER: issuer,
    VITRYLO_SECRETS_KEY: randomBytes(32).toString('base64url'),
    ...(service === 'gateway'
      ? {
          VITRYLO_PORT: String(at.port),
          VITRYLO_ORIGIN: 'http://127.0.0.1:8080',
          VITRYLO_SERVICES: JSON.stringify(Object.fromEntries(SERVICES.map((name) => [name, '127.0.0.1:1']))),
          VITRYLO_GATEWAY_CLIENT_SECRET: 'of no use here',
          VITRYLO_SESSION_KEY: randomBytes(32).toString('base64url'),
        }
      : { VITRYLO_GRPC_LISTEN: `127.0.0.1:${at.port}` }),
  }
}

/** Every service opens its port last, when it is ready. */
async function started(running: Promise<Container>, port: number): Promise<{ container: Container; ms: number }> {
  const from = performance.now()
  const container = await running
  try {
    await until(() => opens(port))
  } catch {
    const said = await container.logs()
    await container.remove()
    throw new Error(`the container does not answer on ${port}:\n${said.slice(-3000)}`)
  }
  return { container, ms: performance.now() - from }
}

async function stopped(container: Container): Promise<{ stopMs: number; code: number }> {
  const ended = container.exit()
  const from = performance.now()
  await container.signal('TERM')
  const code = await ended
  const stopMs = performance.now() - from
  await container.remove()
  return { stopMs, code }
}

/** What the kernel knows of the process. */
async function insideOf(pid: number): Promise<Inside> {
  const status = Object.fromEntries((await readFile(`/proc/${pid}/status`, 'utf8')).split('\n').map((line) => line.split(/:\s*/) as [string, string]))
  const root = (await readFile(`/proc/${pid}/mountinfo`, 'utf8')).split('\n').find((line) => line.split(' ')[4] === '/')
  const facts = [
    `uid ${status.Uid!.split('\t')[0]}`,
    `capabilities ${Number.parseInt(status.CapEff!, 16)}`,
    status.NoNewPrivs === '1' ? 'no new privileges' : 'new privileges',
    root!.split(' ')[5]!.split(',').includes('ro') ? 'read-only root' : 'writable root',
  ]
  const times = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')
  const cpuMs = (Number(times[11]) + Number(times[12])) * 10 // in hundredths of a second
  return { facts: facts.join(', '), peak: Number.parseInt(status.VmHWM!) * 1024, cpuMs }
}

async function opens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return once(socket, 'connect').then(() => true, () => false).finally(() => socket.destroy())
}
