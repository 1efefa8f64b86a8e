const NAME_BYTES = 255
// Control characters, zero-width ones, and marks that turn the direction of writing: `exe.fdp` must not be read as `pdf.exe`.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu

/** A name as it is kept and shown: one line, no folders, at most 255 bytes with its ending. */
export function cleanName(given: string): string {
  const bare = given.toWellFormed().normalize('NFC').replaceAll(UNSEEN, '')
  const last = bare.split(/[/\\]/).findLast((part) => part.trim() !== '') ?? ''
  const name = last.trim().replace(/^\.+(?=$|\.)/, '').replace(/[. ]+$/, '')
  return name === '' ? 'file' : cut(name)
}

function cut(name: string): string {
  if (Buffer.byteLength(name) <= NAME_BYTES) return name
  const ending = /\.[^.]{1,16}$/u.exec(name)?.[0] ?? ''
  let letters = Array.from(name.slice(0, name.length - ending.length))
  while (Buffer.byteLength(letters.join('') + ending) > NAME_BYTES) letters = letters.slice(0, -1)
  return letters.join('').trimEnd() + ending
}
