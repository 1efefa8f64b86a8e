const LETTERS: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'h', ґ: 'g', д: 'd', е: 'e', є: 'ie', ж: 'zh', з: 'z', и: 'y', і: 'i', ї: 'i', й: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p',
  р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ь: '', ю: 'iu', я: 'ia', ʼ: '', '’': '', "'": '',
}

/** `Номер договору` -> `nomer_dohovoru`: a name for the API, by the table of 2010. */
export function nameFrom(label: string): string {
  const latin = [...label.toLowerCase()].map((letter) => LETTERS[letter] ?? letter).join('')
  const name = latin.normalize('NFD').replace(/[^a-z0-9]+/g, '_').replace(/^[_0-9]+|_+$/g, '')
  return name.slice(0, 40)
}
