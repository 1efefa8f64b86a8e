import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, maven, run } from '../java.ts'
import { startKept, type KeptProgram } from '../kept-program.ts'

export const KEYCLOAK_VERSION = '26.7.3'

export type KeycloakSettings = {
  port: number
  /** On which address it listens; 127.0.0.1 unless given. */
  host?: string
  /** How browsers and the product reach it: the issuer is `<url>/realms/<realm>`. */
  url: string
  database: { url: string; username: string; password: string }
  /** First administrator; counts only for an empty database. */
  admin: { username: string; password: string }
  log: string
}

// Half the start-up time, half the memory.
const JVM = '-XX:MetaspaceSize=96M -XX:MaxMetaspaceSize=256m -Dfile.encoding=UTF-8 -Xms128m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError'
// Every installation shares this folder: what is kept lies in the database.
const BUILD = ['--db=postgres', '--cache=local', '--health-enabled=false']

/** The server itself, unpacked and built for PostgreSQL in the user's cache: 176 MB by Maven and half a minute, once. */
export function fetchKeycloak(): Promise<string> {
  return cached(`keycloak-${KEYCLOAK_VERSION}`, async (folder) => {
    const artifact = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK_VERSION}:tar.gz`
    await maven('org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy', `-DoutputDirectory=${folder}/archive`, `-Dartifact=${artifact}`)
    const [archive = ''] = await readdir(join(folder, 'archive'))
    await run('tar', ['xzf', join(folder, 'archive', archive), '-C', folder, '--strip-components', '1'])
    await run('rm', ['-r', join(folder, 'archive')])
    await run(join(folder, 'bin', 'kc.sh'), ['build', ...BUILD], { env: { ...process.env, JAVA_OPTS: JVM }, maxBuffer: 16 * 2 ** 20 })
  })
}

export async function startKeycloakProgram({ port, host = '127.0.0.1', url, database, admin, log }: KeycloakSettings): Promise<KeptProgram> {
  const home = await fetchKeycloak()
  return startKept({
    program: join(home, 'bin', 'kc.sh'),
    args: ['start', '--optimized'],
    env: {
      JAVA_OPTS: JVM,
      KC_HTTP_ENABLED: 'true',
      KC_HTTP_HOST: host,
      KC_HTTP_PORT: String(port),
      KC_HOSTNAME: url,
      KC_DB_URL: database.url,
      KC_DB_USERNAME: database.username,
      KC_DB_PASSWORD: database.password,
      KC_DB_POOL_MAX_SIZE: '15',
      KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
      KC_LOG_LEVEL: 'warn,io.quarkus:info',
    },
    log,
    ready: /started in .*Listening on/,
    patienceMs: 480_000,
  })
}
