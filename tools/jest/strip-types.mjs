// Jest sees TypeScript as Node does: types stripped in place, so lines and columns stay true without source maps.
import { createHash } from 'node:crypto'
import { stripTypeScriptTypes } from 'node:module'

export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  getCacheKey: (source, file) => createHash('sha1').update(source + file + process.version).digest('hex'),
}
