const NAME_BYTES = 255
// Control characters, zero-width ones, and marks that turn the direction of writing: `exe.fdp` must not be read as `pdf.exe`.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu

/** A name as it is kept and shown: one line, no folders, at most 255 bytes with its ending. */
export function cleanName(given: string): string {
  const bare = given.toWellFormed().normalize('NFC').replaceAll(UNSEEN, '')
  const last = bare.split(/[/\\]/).findLast((part) => part.trim() !== '') ?? ''
  const begun = last.trim().replace(/^\.+(?=$|\.)/, '')
  // Systems of folders drop them at the end.
  const name = begun.slice(0, lastOf(begun) + 1)
  return name === '' ? 'file' : cut(name)
}

function cut(name: string): string {
  if (Buffer.byteLength(name) <= NAME_BYTES) return name
  const ending = /\.[^.]{1,16}$/u.exec(name)?.[0] ?? ''
  let kept = ''
  let room = NAME_BYTES - Buffer.byteLength(ending)
  for (const letter of name.slice(0, name.length - ending.length)) {
    room -= Buffer.byteLength(letter)
    if (room < 0) break
    kept += letter
  }
  return kept.trimEnd() + ending
}

/** Where the last character stands that is neither a dot nor a blank; -1 where there is none. */
function lastOf(text: string): number {
  let at = text.length - 1
  while (at >= 0 && (text[at] === '.' || text[at] === ' ')) at--
  return at
}
