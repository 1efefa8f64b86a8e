import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { addressOf, isForm, readBody, Refusal, withBody } from './http.ts'
import type { Refusals } from './refusals.ts'
import type { ClientSettings } from './settings.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

export type ClientDeps = { clients: ClientSettings[]; refusals: Pick<Refusals, 'note'> }

/** The client that a request to one of our own endpoints proves to be; who does not is noted, as at the token endpoint. */
export async function authenticateClient({ clients, refusals }: ClientDeps, req: IncomingMessage, form: URLSearchParams): Promise<ClientSettings> {
  try {
    return provenClient(clients, req, form)
  } catch (error) {
    const said = clientIdOf(req, { client_id: form.get('client_id') ?? undefined })
    const clientId = clients.find(({ id }) => id === said)?.id
    const from = { address: addressOf(req), agent: req.headers['user-agent'] ?? '' }
    await refusals.note({ ...from, reason: clientId === undefined ? 'CLIENT_UNKNOWN' : 'CLIENT_SECRET_WRONG', clientId })
    throw error
  }
}

/** By header or by form fields. */
function provenClient(clients: ClientSettings[], req: IncomingMessage, form: URLSearchParams): ClientSettings {
  const [id, secret] = basicCredentials(req) ?? [form.get('client_id'), form.get('client_secret')]
  const client = clients.find((each) => each.id === id)
  const fits = timingSafeEqual(digest(secret ?? ''), digest(client?.secret ?? ''))
  if (!client || !secret || !fits) throw new Refusal(401, 'invalid_client', 'client authentication failed')
  return client
}

/** Who a refused request to the token endpoint said to be. */
export function clientIdOf(req: IncomingMessage, params: Record<string, string | undefined> = {}): string | undefined {
  try {
    return basicCredentials(req)?.[0] ?? params['client_id']
  } catch {
    return undefined
  }
}

function basicCredentials(req: IncomingMessage): [string, string] | undefined {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(req.headers.authorization ?? '') ?? []
  if (!encoded) return undefined
  const [id, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  try {
    return [decodeURIComponent(id!), decodeURIComponent(secret.join(':'))]
  } catch {
    throw new Refusal(401, 'invalid_client', 'client authentication failed')
  }
}

/** Keycloak takes a client's secret as header or as form field; oidc-provider one of them. Fields become the header. */
export async function secretIntoHeader(req: IncomingMessage): Promise<IncomingMessage> {
  if (req.headers.authorization || !isForm(req)) return req
  const body = await readBody(req)
  const form = new URLSearchParams(body.toString('utf8'))
  const [id, secret] = [form.getAll('client_id'), form.getAll('client_secret')]
  if (id.length !== 1 || secret.length !== 1) return withBody(req, body.toString('utf8'))
  form.delete('client_secret')
  const basic = Buffer.from(`${encodeURIComponent(id[0]!)}:${encodeURIComponent(secret[0]!)}`).toString('base64')
  return withBody(req, form.toString(), { authorization: `Basic ${basic}` })
}
