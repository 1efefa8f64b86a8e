// make demo-call: a recorded call comes in on the running product, through the exchange of the demo data.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runningOrigin } from '../up/src/running.ts'
import { SHARED_CALLER } from './src/generate.ts'

const url = runningOrigin(process.env)
const dataDir = process.env.VITRYLO_DATA_DIR ?? '.vitrylo'

/** What comes in: `make demo-call SCENARIO=missed`. The line decides which recording the demo exchange plays. */
const SCENARIOS: Readonly<Record<string, { line: string; callerNumber?: string }>> = {
  known: { line: '5550101' },
  missed: { line: '5550102' },
  'another-agent': { line: '5550106' },
  several: { line: '5550101', callerNumber: SHARED_CALLER },
  unknown: { line: '5550101', callerNumber: '+380895550166' },
}

try {
  const scenario = SCENARIOS[process.env.SCENARIO || 'known']
  if (scenario === undefined) throw new Error(`SCENARIO must be one of ${Object.keys(SCENARIOS).join(', ')}.`)
  const token = await tokenFor('vitrylo-integration')
  const pbx = await demoExchange(token)
  const { extension, callerNumber } = await send(token, 'POST', `pbxes/${pbx.id}:testCall`, { extension: process.argv[2] ?? pbx.extensions[0].extension, ...scenario })
  const { employeeId } = pbx.extensions.find((each: { extension: string }) => each.extension === extension) ?? {}
  const who = employeeId === undefined ? undefined : await send(token, 'GET', `employees/${employeeId}`)
  console.log(`${callerNumber} is calling, extension ${extension} rings${who === undefined ? '' : ` (${who.displayName})`}.`)
  if (who?.username !== undefined) console.log(`Signed in as ${who.username} at ${url} you see the card before the answer.`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

async function demoExchange(token: string): Promise<any> {
  const { pbxes } = await send(token, 'GET', 'pbxes')
  const ready = pbxes.find((pbx: any) => pbx.link.state === 'up' && pbx.extensions.length > 0)
  if (ready === undefined) throw new Error('No exchange is connected. Demo data bring one: start with an empty data folder and without VITRYLO_DEMO=0.')
  return ready
}

async function tokenFor(client: string): Promise<string> {
  const file = join(dataDir, 'credentials.json')
  const { VITRYLO_CLIENT_SECRET: given, VITRYLO_OIDC_ISSUER: named } = process.env
  const { issuer = named ?? `${url}/realms/vitrylo`, clients } = given ? { clients: { [client]: given } } : JSON.parse(readFileSync(file, 'utf8'))
  const secret = clients[client]
  const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  }).catch(() => {
    throw new Error(`Nothing answers at ${url}. Start the product first: make up`)
  })
  if (!response.ok) throw new Error(`The token was refused (${response.status}); is ${file} of this installation?`)
  return ((await response.json()) as { access_token: string }).access_token
}

async function send(token: string, method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  })
  const answer = (await response.json()) as any
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.detail}`)
  return answer
}
