/** NIST SP 800-63B-4, 3.1.1.2: of a password that stands alone. In characters, whatever the alphabet. */
export const SHORTEST = 15
/** Longer ones are cut by the sign-in page. */
export const LONGEST = 256

export type Fault = 'short' | 'long' | 'guessable' | 'same' | 'different'

type Wish = { /** Absent where it is not known: at a link. */ present?: string; next: string; again: string; about: { username: string; name: string; email: string | null }; host: string }

/** What is wrong with a new password; no kinds of characters are asked for, and it never has to be changed by a date. */
export function faultOf({ present, next, again, about, host }: Wish): Fault | undefined {
  const password = next.normalize('NFKC')
  const length = [...password].length
  if (length < SHORTEST) return 'short'
  if (length > LONGEST) return 'long'
  if (password === present?.normalize('NFKC')) return 'same'
  if (isGuessable(password, [about.username, ...about.username.split(/[._-]/), ...namesOf(about.name), ...(about.email?.split(/[@.]/) ?? []), ...host.split(/[.:]/)])) return 'guessable'
  return password === again.normalize('NFKC') ? undefined : 'different'
}

/** Each name as it is written and as in a passport. */
const namesOf = (name: string): string[] =>
  name.split(/[\s’'-]+/).flatMap((part) => [part, [...part.toLowerCase()].map((letter) => LATIN[letter] ?? letter).join('')])

// Inside a word; at its beginning є, ї, й, ю and я have a y, which is one letter more to leave.
const LATIN: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'h', ґ: 'g', д: 'd', е: 'e', є: 'ie', ж: 'zh', з: 'z', и: 'y', і: 'i', ї: 'i', й: 'i', к: 'k', л: 'l', м: 'm',
  н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ь: '', ю: 'iu', я: 'ia',
}

// The beginnings of the lists of leaked passwords, in our languages. The whole lists are not looked through.
const COMMON = [
  'password', 'passw0rd', 'p@ssword', 'parol', 'пароль', 'vitrylo', 'вітрило', 'qwerty', 'йцукен', 'admin', 'welcome', 'iloveyou', 'letmein', 'monkey', 'dragon', 'login', 'secret', 'ukraine', 'україна', 'ukraina',
  'kyiv', 'київ', 'привіт', 'люблю', 'summer', 'winter', 'football', 'baseball', 'princess', 'sunshine', 'superman', 'batman', 'shadow', 'master', 'michael', 'jordan', 'jennifer', 'charlie', 'daniel',
  'слава', 'україн', 'героям', 'slava', 'ukrain', 'geroyam', 'heroyam', 'харків', 'одеса', 'львів', 'дніпро', 'kharkiv', 'odesa', 'lviv', 'dnipro', 'кохан', 'сонечко', 'динамо', 'шевченко',
]
const ROWS = ['01234567890', '09876543210', 'abcdefghijklmnopqrstuvwxyz', 'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'йцукенгшщзхї', 'фівапролджє', 'ячсмитьбю', '1q2w3e4r5t6y7u8i9o0p', 'q1w2e3r4t5y6u7i8o9p0', '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p', 'qazwsxedcrfvtgbyhnujmikolp', 'zaqxswcdevfrbgtnhymjukilop', '1й2ц3у4к5е6н7г8ш9щ0з', 'йфяцічувскамепинртгоьшлбщдю']
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
