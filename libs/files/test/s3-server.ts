import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

function* zeros(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536))
}

/** As much of S3 as files need, on loopback: objects, uploads in parts, and how an unsigned or failing call is answered. */
export async function startS3() {
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, { key: string; parts: Map<number, Buffer> }>()
  /** `forgetful`: bodies are counted and dropped, and given back as zeros, so that only the client's memory grows. */
  /** `status` 0: the line breaks before an answer. `inHost`: the bucket's name is not part of the path. */
  const state = { failing: 0, status: 503, forgetful: false, bytes: 0, inHost: false, asked: [] as string[] }
  let made = 0
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) {
      if (state.forgetful) state.bytes += (chunk as Buffer).length
      else chunks.push(chunk as Buffer)
    }
    const body = Buffer.concat(chunks)
    const url = new URL(request.url!, 'http://s3')
    const { searchParams: query } = url
    const root = state.inHost ? /^\// : /^\/bucket\/?/
    const key = decodeURIComponent(url.pathname).replace(root, '')
    state.asked.push(request.method!)
    const answer = (status: number, text: string | Buffer = '', headers: Record<string, string> = {}) => void response.writeHead(status, headers).end(text)
    if (!/^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/test\/s3\/aws4_request, /.test(request.headers.authorization ?? '')) return answer(403)
    if (state.failing > 0 && state.failing-- > 0) return state.status === 0 ? void response.destroy() : answer(state.status)
    if (!root.test(url.pathname)) return answer(404, '<Error><Code>NoSuchBucket</Code></Error>')
    const uploadId = query.get('uploadId')
    if (request.method === 'POST' && query.has('uploads')) {
      const id = `up&${++made}`
      uploads.set(id, { key, parts: new Map() })
      return answer(200, `<InitiateMultipartUploadResult><UploadId>${id.replace('&', '&amp;')}</UploadId></InitiateMultipartUploadResult>`)
    }
    if (uploadId !== null) {
      const upload = uploads.get(uploadId)
      if (upload?.key !== key) return answer(404)
      if (request.method === 'DELETE') return uploads.delete(uploadId), answer(204)
      if (state.forgetful && request.method === 'POST') return answer(200, '<CompleteMultipartUploadResult/>')
      if (request.method === 'PUT') return upload.parts.set(Number(query.get('partNumber')), body), answer(200, '', { etag: `"${query.get('partNumber')}"` })
      const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>"(\d+)"<\/ETag>/g)]
      if (named.length !== upload.parts.size || named.some(([, number, tag]) => number !== tag)) return answer(400)
      const parts = named.map(([, number]) => upload.parts.get(Number(number))!)
      if (parts.slice(0, -1).some(({ length }) => length < 5 * 1024 * 1024)) return answer(400)
      objects.set(key, Buffer.concat(parts))
      uploads.delete(uploadId)
      return answer(200, '<CompleteMultipartUploadResult/>')
    }
    if (request.method === 'GET' && query.has('uploads')) {
      if (key !== '') return answer(404)
      const found = [...uploads].filter(([, upload]) => upload.key.startsWith(query.get('prefix') ?? ''))
      return answer(200, `<R>${found.map(([id]) => `<Upload><UploadId>${id.replace('&', '&amp;')}</UploadId></Upload>`).join('')}</R>`)
    }
    if (request.method === 'PUT') return objects.set(key, body), answer(200)
    if (request.method === 'DELETE') return objects.delete(key), answer(204)
    if (state.forgetful) return pipeline(Readable.from(zeros(state.bytes)), response.writeHead(200))
    const object = objects.get(key)
    return object === undefined ? answer(404, '<Error><Code>NoSuchKey</Code></Error>') : answer(200, object)
  }
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const host = `http://127.0.0.1:${port}`
  return {
    host, url: `${host}/bucket`, objects, uploads, state,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
