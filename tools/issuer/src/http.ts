import { IncomingMessage } from 'node:http'
import type { ServerResponse } from 'node:http'

const MAX_BODY = 16 * 1024

/** A refusal with its HTTP status, shown in words or as JSON by whoever catches it. */
export class Refusal extends Error {
  readonly status: number
  readonly error: string

  constructor(status: number, error: string, description: string) {
    super(description)
    this.status = status
    this.error = error
  }
}

export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_BODY) throw new Refusal(413, 'invalid_request', 'the body is too large')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

export async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  if (!isForm(req)) throw new Refusal(415, 'invalid_request', 'a form is expected')
  return new URLSearchParams((await readBody(req)).toString('utf8'))
}

/** Every browser sends Origin with a posted form; a page of another site cannot forge it. */
export async function readOwnForm(origin: string, req: IncomingMessage): Promise<URLSearchParams> {
  const site = req.headers['sec-fetch-site']
  if (req.headers.origin !== origin || (site !== undefined && site !== 'same-origin')) {
    throw new Refusal(403, 'foreign_origin', 'the form was not sent from this site')
  }
  return readForm(req)
}

export const isForm = (req: IncomingMessage): boolean =>
  /^application\/x-www-form-urlencoded\s*(;|$)/i.test(req.headers['content-type'] ?? '')

/** The same request once more for a reader behind us, with another body. */
export function withBody(req: IncomingMessage, body: string, headers: Record<string, string> = {}): IncomingMessage {
  const copy = new IncomingMessage(req.socket)
  Object.assign(copy, { method: req.method, url: req.url, httpVersion: req.httpVersion, complete: true })
  copy.headers = { ...req.headers, ...headers, 'content-length': String(Buffer.byteLength(body)) }
  delete copy.headers['transfer-encoding']
  copy.push(body)
  copy.push(null)
  return copy
}

export function sendJson(res: ServerResponse, status: number, body?: object): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  res.end(body && JSON.stringify(body))
}

export function sendHtml(res: ServerResponse, status: number, html: string): void {
  res.writeHead(status, HTML_HEADERS)
  res.end(html)
}

export const HTML_HEADERS = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }

const CONTENT_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * Headers of every answer. `same-origin` and not `no-referrer`: with the latter browsers post forms as origin "null".
 * The sign-in form ends at a client after two redirects, and browsers hold `form-action` against each of them.
 */
export function setSecurityHeaders(res: ServerResponse, origin: string, clientOrigins: string): void {
  const headers = {
    'content-security-policy': `${CONTENT_POLICY}; form-action 'self' ${clientOrigins}`,
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(origin.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  }
  for (const [name, value] of Object.entries(headers)) if (value) res.setHeader(name, value)
}

/** The browser's address: the gateway, our only caller from this machine, appends it as the last one. */
export function addressOf(req: IncomingMessage): string {
  const peer = req.socket.remoteAddress ?? ''
  const isLoopback = peer === '::1' || peer.startsWith('127.') || peer.startsWith('::ffff:127.')
  const forwarded = String(req.headers['x-forwarded-for'] ?? '').split(',').at(-1)?.trim()
  return (isLoopback && forwarded) || peer
}
