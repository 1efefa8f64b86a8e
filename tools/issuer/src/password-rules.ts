/** NIST SP 800-63B-4, 3.1.1.2: of a password that stands alone. In characters, whatever the alphabet. */
export const SHORTEST = 15
/** Longer ones are cut by the sign-in page. */
export const LONGEST = 256

export type Fault = 'short' | 'long' | 'guessable' | 'same' | 'different'

type Wish = { present: string; next: string; again: string; about: { username: string; name: string; email: string | null }; host: string }

/** What is wrong with a new password; no kinds of characters are asked for, and it never has to be changed by a date. */
export function faultOf({ present, next, again, about, host }: Wish): Fault | undefined {
  const password = next.normalize('NFKC')
  const length = [...password].length
  if (length < SHORTEST) return 'short'
  if (length > LONGEST) return 'long'
  if (password === present.normalize('NFKC')) return 'same'
  if (isGuessable(password, [about.username, ...about.name.split(/[\s’'-]+/), ...(about.email?.split(/[@.]/) ?? []), ...host.split(/[.:]/)])) return 'guessable'
  return password === again.normalize('NFKC') ? undefined : 'different'
}

// The beginnings of the lists of leaked passwords, in our languages.
const COMMON = [
  'password', 'passw0rd', 'p@ssword', 'parol', 'пароль', 'vitrylo', 'вітрило', 'qwerty', 'йцукен', 'admin', 'welcome', 'iloveyou', 'letmein', 'monkey', 'dragon', 'login', 'secret', 'ukraine', 'україна', 'ukraina',
  'kyiv', 'київ', 'привіт', 'люблю', 'summer', 'winter', 'football',
]
const ROWS = ['01234567890', '09876543210', 'abcdefghijklmnopqrstuvwxyz', 'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'йцукенгшщзхї', 'фівапролджє', 'ячсмитьбю']
/** So much of a password must be its own, of so many different characters. */
const OWN = 10
const DIFFERENT = 6

/** Little is left of it without its owner's names, words that everybody takes, rows of the keyboard and repeats. */
function isGuessable(password: string, names: readonly string[]): boolean {
  let rest = password.toLowerCase()
  const words = [...names, ...COMMON].map((word) => word.normalize('NFKC').toLowerCase()).filter((word) => word.length > 2)
  for (const word of words.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '')
  const own = [...withoutRows(rest).replaceAll(/(.+?)\1+/gu, '$1')]
  return own.length < OWN || new Set(own).size < DIFFERENT
}

/** Four and more neighbours of a row count as one. */
function withoutRows(text: string): string {
  let [at, kept] = [0, '']
  while (at < text.length) {
    let length = 1
    while (at + length < text.length && ROWS.some((row) => row.includes(text.slice(at, at + length + 1)))) length++
    kept += text[at]
    at += length > 3 ? length : 1
  }
  return kept
}
