import { fileTypeFromBuffer } from 'file-type'

/** So many bytes tell what a file is. */
export const HEAD = 4_100

/** What programs and formats are of one kind: a picture may be saved under another picture's ending, a program under none. */
const KINDS: Record<string, readonly string[]> = {
  pdf: ['pdf'],
  picture: ['png', 'jpg', 'jpeg', 'jfif', 'gif', 'webp', 'bmp', 'tif', 'tiff', 'heic', 'heif', 'avif', 'ico'],
  office: ['zip', 'docx', 'docm', 'dotx', 'xlsx', 'xlsm', 'xltx', 'pptx', 'pptm', 'ppsx', 'odt', 'ods', 'odp', 'odg', 'epub', 'doc', 'xls', 'ppt', 'pps', 'msg', 'vsd', 'vsdx', 'cfb', 'asice', 'p7s'],
  program: ['dll', 'elf', 'macho', 'dex', 'class', 'wasm', 'sys', 'so', 'o'],
}
/** Programs by their bytes, as file-type calls them. */
const PROGRAMS = new Set(['exe', 'elf', 'macho', 'dex', 'class', 'wasm'])
const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, endings]) => endings.map((ending) => [ending, kind] as const)))
/** What a double click runs, whatever is in it: a colleague would run what a stranger sent. Papers have no such names. */
const RUNS = new Set(['exe', 'com', 'scr', 'pif', 'bat', 'cmd', 'msi', 'msix', 'msp', 'hta', 'cpl', 'jar', 'js', 'jse', 'vbs', 'vbe', 'wsf', 'wsh', 'ps1', 'reg', 'lnk', 'apk', 'app', 'dmg', 'deb', 'rpm', 'sh', 'desktop'])
/** Names that promise nothing: whatever is in them is no lie. */
const OPEN = new Set(['bin', 'dat'])
/** Whose bytes always tell what they are. */
const TELLING = new Set(['pdf', 'picture'])
const PLAIN: Record<string, string> = { txt: 'text/plain', csv: 'text/csv', json: 'application/json', log: 'text/plain' }
// What a browser would run if it were shown: it has no type but bytes.
const RUN = /html|svg|xml|script|x-msdownload|x-elf|mach|wasm/

/** Type of a file by its first bytes, or why they and its name do not go together. */
export async function judgeContent(name: string, head: Uint8Array): Promise<{ type: string } | { wrong: string; rule: 'content' | 'program' }> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined) // a head that ends early tells nothing
  const ending = /\.([^.]+)$/u.exec(name)?.[1]?.toLowerCase() ?? ''
  const named = KIND_OF.get(ending)
  if (RUNS.has(ending)) return { rule: 'program', wrong: `is named .${ending}, which a computer runs instead of showing it; put it into a .zip archive if it has to be kept` }
  const told = found && PROGRAMS.has(found.ext) ? 'program' : found && KIND_OF.get(found.ext)
  // Some programs write lines of their own before a PDF begins. A signature (.p7s) or an archive that carries a PDF is none.
  const isPdf = told === 'pdf' || (told === undefined && (named === undefined || named === 'pdf') && Buffer.from(head.subarray(0, 1024)).includes('%PDF-'))
  const real = isPdf ? 'pdf' : told
  if (real === 'program' && named !== 'program' && !OPEN.has(ending)) return { rule: 'content', wrong: `is a program under the name of ${ending === '' ? 'a file without an ending' : `.${ending}`}` }
  if (named !== undefined && real !== undefined && named !== real) return { rule: 'content', wrong: `is named .${ending}, but its content is ${isPdf ? 'pdf' : found!.ext}` }
  if (named !== undefined && TELLING.has(named) && real === undefined) return { rule: 'content', wrong: `is named .${ending}, but its content is none` }
  const type = isPdf ? 'application/pdf' : (found?.mime ?? PLAIN[ending] ?? '')
  return { type: type === '' || RUN.test(type) ? 'application/octet-stream' : type }
}
