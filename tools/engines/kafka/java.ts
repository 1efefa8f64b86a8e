import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@vitrylo/pg/free-ports.ts'
import { cached, javaProgram, maven, run, whyNoJava } from '../java.ts'
import { startKept } from '../kept-program.ts'
import type { KeptProgram } from '../kept-program.ts'
import type { Kafka } from '../kafka.ts'
import { makeSecurity } from './security.ts'
import type { Security } from './security.ts'
import { serverProperties } from './server-properties.ts'

type Options = {
  /** Where its data stay; without it in a temporary folder that goes with it. */
  data?: string
  /** Address of the open listener; this machine only, unless given. */
  host?: string
  port?: number
  controller?: number
  /** With closed listeners too: TLS with a user, TLS with the client's certificate. */
  secure?: boolean
}

const VERSION = '4.3.1' // 4.4.0 names a tools artifact that does not exist
const HERE = import.meta.dirname
const JVM = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.net.preferIPv4Stack=true',
  `-Dlog4j2.configurationFile=${join(HERE, 'log4j2.properties')}`]

/** A broker as a plain process, on data of its own. Undefined where Java or Maven is missing. */
export async function startJavaKafka(options: Options = {}): Promise<Kafka | undefined> {
  if ((await whyNoJava()) !== undefined) return undefined
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'vitrylo-kafka-')))
  const { launch, ...addresses } = await prepareJavaKafka({ ...options, data })
  let broker = await launch()
  return {
    how: `Kafka ${VERSION} on java`,
    ...addresses,
    kill: () => end(broker, 'SIGKILL'),
    async start() {
      broker = await launch()
    },
    async stop() {
      await end(broker, 'SIGTERM')
      if (options.data === undefined) await rm(data, { recursive: true })
    },
  }
}

type Prepared = Pick<Kafka, 'brokers' | 'secure'> & { launch(): Promise<KeptProgram> }

/** Jars by Maven into the cache folder (44 MB, once), a folder of data, addresses that stay the same at every launch. */
export async function prepareJavaKafka({ data, ...options }: Options & { data: string }): Promise<Prepared> {
  const classpath = join(await jars(), '*')
  await mkdir(data, { recursive: true })
  const free = await freePorts(4)
  const { host = '127.0.0.1', port = free[0]!, controller = free[1]! } = options
  const security = options.secure ? await makeSecurity(data) : undefined
  const secure = security && { ...security, tls: free[2]!, mutual: free[3]! }
  const config = join(data, 'server.properties')
  await writeFile(config, serverProperties({ host, port, controller, data, secure }))
  if (!existsSync(join(data, 'log', 'meta.properties'))) await format(classpath, config, security)
  const launch = () =>
    startKept({
      program: javaProgram(),
      args: [...JVM, '-cp', classpath, 'kafka.Kafka', config],
      log: join(data, 'server.log'),
      ready: /Kafka Server started/,
      patienceMs: 180_000, // 3 s, on a machine that is not busy
    })
  return {
    brokers: `${host}:${port}`,
    ...(secure && { secure: { ...secure, tls: `localhost:${secure.tls}`, mutual: `localhost:${secure.mutual}` } }),
    launch,
  }
}

async function end({ child, pid }: KeptProgram, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  process.kill(pid, signal)
  await ended
}

/** Once for a folder of data; the user of the closed listener is part of it. */
async function format(classpath: string, config: string, security?: Security): Promise<void> {
  const user = security && ['--add-scram', `SCRAM-SHA-512=[name=${security.username},password=${security.password}]`]
  const arguments_ = ['format', '--ignore-formatted', '-t', clusterId(), '-c', config, ...(user ?? [])]
  await run(javaProgram(), [...JVM, '-cp', classpath, 'kafka.tools.StorageTool', ...arguments_])
}

const jars = (): Promise<string> =>
  cached(`kafka-${VERSION}`, (folder) =>
    maven('-f', join(HERE, 'pom.xml'), `-Dkafka.version=${VERSION}`,
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      '-DincludeScope=runtime', `-DoutputDirectory=${folder}`),
  )

/** 16 bytes in base64url, but not with a leading dash: the format command would read it as an option. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? clusterId() : id
}
