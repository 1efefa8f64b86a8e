import { fileTypeFromBuffer } from 'file-type'

/** So many bytes tell what a file is. */
export const HEAD = 4_100

/** What programs and formats are of one kind: a picture may be saved under another picture's ending, a program under none. */
const KINDS: Record<string, readonly string[]> = {
  pdf: ['pdf'],
  picture: ['png', 'jpg', 'jpeg', 'jfif', 'gif', 'webp', 'bmp', 'tif', 'tiff', 'heic', 'heif', 'avif', 'ico'],
  office: ['zip', 'docx', 'docm', 'dotx', 'xlsx', 'xlsm', 'xltx', 'pptx', 'pptm', 'ppsx', 'odt', 'ods', 'odp', 'odg', 'epub', 'doc', 'xls', 'ppt', 'pps', 'msg', 'vsd', 'vsdx', 'cfb', 'asice', 'p7s'],
  program: ['exe', 'dll', 'scr', 'com', 'elf', 'macho', 'dex', 'class', 'wasm', 'sys', 'bin', 'so', 'o'],
}
const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, endings]) => endings.map((ending) => [ending, kind] as const)))
/** Whose bytes always tell what they are. */
const TELLING = new Set(['pdf', 'picture'])
const PLAIN: Record<string, string> = { txt: 'text/plain', csv: 'text/csv', json: 'application/json', log: 'text/plain' }
// What a browser would run if it were shown: it has no type but bytes.
const RUN = /html|svg|xml|script|x-msdownload|x-elf|mach|wasm/

/** Type of a file by its first bytes, or why they and its name do not go together. */
export async function judgeContent(name: string, head: Uint8Array): Promise<{ type: string } | { wrong: string }> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined) // a head that ends early tells nothing
  const ending = /\.([^.]+)$/u.exec(name)?.[1]?.toLowerCase() ?? ''
  const named = KIND_OF.get(ending)
  // Some programs write lines of their own before a PDF begins.
  const isPdf = found?.ext === 'pdf' || Buffer.from(head.subarray(0, 1024)).includes('%PDF-')
  const real = isPdf ? 'pdf' : found && KIND_OF.get(found.ext)
  if (real === 'program' && named !== 'program') return { wrong: `is a program under the name of ${ending === '' ? 'a file without an ending' : `.${ending}`}` }
  if (named !== undefined && real !== undefined && named !== real) return { wrong: `is named .${ending}, but its content is ${isPdf ? 'pdf' : found!.ext}` }
  if (named !== undefined && TELLING.has(named) && real === undefined) return { wrong: `is named .${ending}, but its content is none` }
  const type = isPdf ? 'application/pdf' : (found?.mime ?? PLAIN[ending] ?? '')
  return { type: type === '' || RUN.test(type) ? 'application/octet-stream' : type }
}
