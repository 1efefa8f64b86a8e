import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { REALM_PATH } from './settings.ts'

const TYPES = {
  'sign-in.css': 'text/css; charset=utf-8',
  'sign-in.js': 'text/javascript; charset=utf-8',
  'sail.svg': 'image/svg+xml',
  'inter.woff2': 'font/woff2',
}
type Name = keyof typeof TYPES

const files = new Map(
  Object.entries(TYPES).map(([name, type]) => {
    const content = readFileSync(new URL(`../assets/${name}`, import.meta.url))
    return [name, { type, content, version: createHash('sha256').update(content).digest('hex').slice(0, 8) }]
  }),
)

export const assetUrl = (name: Name): string => `${REALM_PATH}/assets/${name}?v=${files.get(name)!.version}`

export function sendAsset(res: ServerResponse, name: string): boolean {
  const file = files.get(name)
  if (!file) return false
  res.writeHead(200, {
    'content-type': file.type,
    'content-length': file.content.length,
    'cache-control': 'public, max-age=86400',
  })
  res.end(file.content)
  return true
}
