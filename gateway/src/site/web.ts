import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Refusal } from '@vitrylo/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { noRoute, sendProblem } from '../http/problem.ts'
import type { Cookies } from '../sign-in/cookies.ts'

type File = { type: string; body: Buffer; gzip: Buffer | undefined; etag: string; cache: string }

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
}
const SQUEEZED = new Set(['.html', '.js', '.css', '.json', '.svg', '.webmanifest', '.txt'])
const NOT_PAGES = /^\/(api|auth|health|realms|assets)(\/|$)/

/**
 * The built client, read once and kept (and gzipped) in memory: nothing but these files can be asked for. Files below
 * /assets carry a hash in their name and never change. An unknown address outside the API is a page of the client. A browser that
 * comes without a session is sent to sign in at once: the client would only start, ask who it is for and be refused.
 */
export function addWeb(app: FastifyInstance, webDir: string, cookies: Pick<Cookies, 'read'>): void {
  const files = readFiles(webDir)
  const page = files.get('/index.html')
  if (page === undefined) throw new Refusal(`setting VITRYLO_WEB_DIR: ${webDir} holds no index.html`)
  app.get('/*', { config: { access: 'anonymous' } }, (request, reply) => {
    const path = request.url.split('?', 1)[0]!
    const file = path === '/' ? page : files.get(path)
    const isNavigation = request.headers.accept?.includes('text/html') === true && (path === '/' || (file === undefined && isPage(path, request)))
    if (isNavigation && cookies.read(request, 'vitrylo_session') === undefined) {
      return reply.header('cache-control', 'no-store').redirect(`/auth/login?returnTo=${encodeURIComponent(request.url)}`, 303)
    }
    if (file !== undefined) return sendFile(request, reply, file)
    return isPage(path, request) ? sendFile(request, reply, page) : sendProblem(reply, noRoute())
  })
}

function readFiles(dir: string): Map<string, File> {
  const files = new Map<string, File>()
  if (!existsSync(dir)) return files
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const path = join(dir, name)
    const ending = extname(name)
    if (!statSync(path).isFile() || ending === '.map') continue
    const body = readFileSync(path)
    const address = `/${name.replaceAll('\\', '/')}`
    files.set(address, {
      type: TYPES[ending] ?? 'application/octet-stream',
      body,
      gzip: SQUEEZED.has(ending) ? gzipSync(body) : undefined,
      etag: `"${createHash('sha1').update(body).digest('base64url')}"`,
      cache: address.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
  }
  return files
}

function sendFile({ headers }: FastifyRequest, reply: FastifyReply, { type, body, gzip, etag, cache }: File): FastifyReply {
  reply.headers({ etag, 'cache-control': cache, vary: 'accept-encoding' })
  if (headers['if-none-match'] === etag) return reply.code(304).send()
  if (gzip === undefined || !/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.type(type).send(body)
  return reply.header('content-encoding', 'gzip').type(type).send(gzip)
}

function isPage(path: string, { headers: { accept = '*/*' } }: FastifyRequest): boolean {
  return !NOT_PAGES.test(path) && extname(path) === '' && /text\/html|\*\/\*/.test(accept)
}
