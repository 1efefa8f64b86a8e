const SPECIAL: Record<string, number> = { І: 0xb2, і: 0xb3, Ї: 0xaf, ї: 0xbf, Є: 0xaa, є: 0xba, Ґ: 0xa5, ґ: 0xb4, '«': 0xab, '»': 0xbb, '№': 0xb9 }

/** The bytes that older accounting programs write. */
export function cp1251(text: string): Buffer {
  const bytes = [...text].map((letter) => {
    const code = letter.codePointAt(0)!
    if (code < 0x80) return code
    const byte = SPECIAL[letter] ?? (code >= 0x410 && code <= 0x44f ? code - 0x350 : undefined)
    if (byte === undefined) throw new Error(`${letter} has no place in the table`)
    return byte
  })
  return Buffer.from(bytes)
}
