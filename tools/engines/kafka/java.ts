import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '@vitrylo/testkit'
import { freePorts } from '../free-ports.ts'
import type { Kafka } from '../kafka.ts'
import { serverProperties } from './server-properties.ts'

const run = promisify(execFile)
const VERSION = '4.3.1' // 4.4.0 names a tools artifact that does not exist
const HERE = import.meta.dirname
const JVM = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.net.preferIPv4Stack=true',
  `-Dlog4j2.configurationFile=${join(HERE, 'log4j2.properties')}`]

// Holds the broker while somebody holds the other end of its standard input, so that it never outlives its starter.
const KEEPER = `
java "$@" >"$DATA/server.log" 2>&1 </dev/null &
broker=$!
read -r _
kill -TERM $broker
wait $broker
rm -rf "$DATA"
`

/** A broker as a plain process: jars by Maven into the cache folder (44 MB, once), data in a temporary folder. */
export async function startJavaKafka(): Promise<Kafka | undefined> {
  if (!(await works('java', '-version')) || !(await works('mvn', '--version'))) return undefined
  const classpath = join(await jars(), '*')
  const data = await mkdtemp(join(tmpdir(), 'vitrylo-kafka-'))
  const [port = 0, controller = 0] = await freePorts(2)
  const config = join(data, 'server.properties')
  await writeFile(config, serverProperties({ port, controller, data }))
  await run('java', [...JVM, '-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', config])
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', ...JVM, '-cp', classpath, 'kafka.Kafka', config], {
    env: { ...process.env, DATA: data },
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const stop = async () => {
    keeper.stdin.end()
    await once(keeper, 'exit')
  }
  try {
    await until(() => isReady(data), { timeoutMs: 60_000, everyMs: 50 })
  } catch (error) {
    await stop()
    throw error
  }
  return { how: `Kafka ${VERSION} on java`, brokers: `127.0.0.1:${port}`, stop }
}

async function isReady(data: string): Promise<boolean> {
  return (await readFile(join(data, 'server.log'), 'utf8')).includes('Kafka Server started')
}

/** Fetched into a side folder first: a cache that was left half full must not look complete. */
async function jars(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vitrylo', 'engines')
  const folder = join(cache, `kafka-${VERSION}`)
  if (await exists(folder)) return folder
  await mkdir(cache, { recursive: true })
  const side = await mkdtemp(join(cache, 'fetching-'))
  await run('mvn', ['-q', '-B', '-f', join(HERE, 'pom.xml'), `-Dkafka.version=${VERSION}`,
    'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
    '-DincludeScope=runtime', `-DoutputDirectory=${side}`])
  await rename(side, folder).catch(() => rm(side, { recursive: true })) // another run was faster
  return folder
}

/** 16 bytes in base64url, but not with a leading dash: the format command would read it as an option. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? clusterId() : id
}

const works = (program: string, argument: string) => run(program, [argument]).then(() => true, () => false)
const exists = (path: string) => access(path).then(() => true, () => false)
