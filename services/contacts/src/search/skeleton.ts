// What Ukrainian letters become by the rule of 2010, without its two ways for one sound: й, ї, и, і meet in i; є in e;
// х, ґ, г in h; щ, ш in sh. Russian letters follow. Signs that only soften disappear, as apostrophes do.
const CYRILLIC: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'h', ґ: 'h', д: 'd', е: 'e', є: 'e', ж: 'zh', з: 'z', и: 'i', і: 'i', ї: 'i', й: 'i',
  к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'h', ц: 'ts', ч: 'ch',
  ш: 'sh', щ: 'sh', ь: '', ю: 'iu', я: 'ia', ы: 'i', э: 'e', ё: 'e', ъ: '', ў: 'u', ј: 'i',
}

// Other spellings of the same sounds: Yurij, Iurii, Yuriy; Galagan, Halahan; Wolodymyr.
const LATIN: Record<string, string> = { y: 'i', j: 'i', w: 'v', g: 'h', q: 'k', x: 'ks', ł: 'l', ø: 'o', đ: 'd', ß: 'ss', æ: 'e' }

const APOSTROPHES = '\'’ʼ`´‘′"\u02b9'
const LETTERS = new Map<string, string>([
  ...Object.entries(CYRILLIC),
  ...Object.entries(LATIN),
  ...[...APOSTROPHES].map((sign): [string, string] => [sign, '']),
])

const TWICE = /([a-z])\1+/g
const SOUNDS = /shch|sch|kh|ph|tz|ck|ie|c(?!h)/g
const SOUND: Record<string, string> = { shch: 'sh', sch: 'sh', kh: 'h', ph: 'f', tz: 'ts', ck: 'k', ie: 'e', c: 'k' }

const known = new Map<string, string>()
const MAX_KNOWN = 20_000

/**
 * The words of a text in a form in which Cyrillic and Latin spellings of a name meet: `Щербак`, `Shcherbak` and
 * `Scherbak` are all `sherbak`. Words are parted by one blank; order stays.
 */
export function skeleton(text: string): string {
  const found: string[] = []
  for (const word of text.normalize('NFC').toLowerCase().split(SEPARATORS)) {
    if (word === '') continue
    const bare = skeletonOfWord(word)
    if (bare !== '') found.push(bare)
  }
  return found.join(' ')
}

const SEPARATORS = /[^\p{L}\p{N}\p{M}'’ʼ`´‘′\u02b9]+/u

// Names repeat: most words of a file have been seen before.
function skeletonOfWord(word: string): string {
  let bare = known.get(word)
  if (bare === undefined) {
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(word, (bare = fold(word)))
  }
  return bare
}

const fold = (word: string): string => sounded(inLatin(word))

function inLatin(word: string): string {
  let latin = ''
  for (const letter of word) latin += LETTERS.get(letter) ?? plain(letter)
  return latin.replace(TWICE, '$1')
}

const sounded = (latin: string): string => latin.replace(SOUNDS, (sound) => SOUND[sound]!).replace(TWICE, '$1')

// What letters at the edges of a part become by those that may stand beside them: `тз` is `ts`, `ps` before `h` is not touched, `k` before it is gone.
const FIRST_LETTERS: Readonly<Record<string, string>> = { z: 'ts', h: 'f', ch: 'sh', hch: 'sh' }
const LAST_LETTERS: Readonly<Record<string, string>> = { k: 'h', p: 'f', i: 'e', c: 'ch', sc: 'sh', shc: 'sh' }

/**
 * One of these stands in the skeleton of every text that holds the part, in large or small letters. Letters of two signs each, which people
 * do not type (`к` with an accent), are not thought of.
 */
export function skeletonsOfPart(part: string): string[] {
  const words = part.normalize('NFC').toLowerCase().split(SEPARATORS).map(inLatin).filter((word) => word !== '')
  if (words.length === 0) return []
  const text = words.join(' ')
  const beginnings = [['', text] as const, ...Object.entries(FIRST_LETTERS).filter(([first]) => text.startsWith(first)).map(([first, other]) => [other, text.slice(first.length)] as const)]
  const found = beginnings.flatMap(([before, rest]) => {
    const ends = [[rest, ''] as const, ...Object.entries(LAST_LETTERS).filter(([last]) => rest.endsWith(last)).map(([last, other]) => [rest.slice(0, -last.length), other] as const)]
    return ends.map(([middle, after]) => (before + sounded(middle) + after).replace(TWICE, '$1'))
  })
  return [...new Set(found)]
}

/** A letter without its signs: ü -> u. */
const plain = (letter: string): string => (letter < '\x80' ? letter : letter.normalize('NFKD').replace(/\p{M}/gu, ''))
