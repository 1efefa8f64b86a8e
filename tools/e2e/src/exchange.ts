import { fileURLToPath } from 'node:url'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Api } from '../../demo/src/load/api.ts'
import { startPbxSimulator, type CallOptions } from '../../pbx-simulator/index.ts'
import { structure } from './data.ts'
import { env } from './env.ts'
import { until } from './until.ts'

const ACCESS = { username: 'e2e', secret: 'e2e-secret' }

export type Exchange = { call(options: CallOptions): { done: Promise<void> }; stop(): Promise<void> }

/** An exchange of the test's own, with short calls: 1001 is Iryna's phone there, 1004 that of Taras. */
export async function connectExchange(api: Api): Promise<Exchange> {
  const simulator = await startPbxSimulator({ port: 0, host: '127.0.0.1', system: `e2e${process.pid}`, ...ACCESS })
  const ids = await structure(api)
  const saved = await api.post('pbxes', {
    ...ACCESS,
    name: `Перевірка ${Date.now()}`,
    kind: 'asterisk-ami',
    host: '127.0.0.1',
    port: simulator.port,
    country: 'UA',
    branchId: ids.branch('KYIV'),
    trunks: ['trunk'],
    extensions: [{ extension: '1001', employeeId: ids.employee('iryna') }, { extension: '1004', employeeId: ids.employee('taras') }],
    extensionPattern: String.raw`^1\d{3}$`,
  })
  await until(async () => (await api.get(`pbxes/${saved['id']}`))['link'].state === 'up', 'the exchange is linked')
  return {
    call: (options) => simulator.play({ line: '5550101', ...options }),
    async stop() {
      await api.patch(`pbxes/${saved['id']}`, { disabled: true })
      await simulator.stop()
    },
  }
}

/** `make demo-call SCENARIO=…`, word for word. Gives the number that calls. */
export async function demoCall(scenario = ''): Promise<string> {
  const script = fileURLToPath(new URL('../../demo/call.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { ...process.env, VITRYLO_URL: env.url, VITRYLO_DATA_DIR: env.dataDir, SCENARIO: scenario },
  })
  return /^(\+\d+) is calling/m.exec(stdout)![1]!
}
