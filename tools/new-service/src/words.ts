/** A name in all the forms that files, contract, code and tables write it in. */
export type Words = Record<
  'service' | 'serviceCamel' | 'area' | 'dir' | 'noun' | 'nouns' | 'Noun' | 'Nouns' | 'camel' | 'camels' | 'field' | 'fields' | 'table' | 'words',
  string
>

const NAME = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/

export function wordsOf(service: string, noun = `${service}-item`): Words {
  for (const name of [service, noun]) {
    if (!NAME.test(name)) throw new Error(`"${name}" must be small Latin letters, digits and dashes, as in time-tracking`)
  }
  const nouns = pluralOf(noun)
  return {
    service,
    serviceCamel: camel(service),
    area: service.replaceAll('-', ''),
    dir: snake(service),
    noun,
    nouns,
    Noun: pascal(noun),
    Nouns: pascal(nouns),
    camel: camel(noun),
    camels: camel(nouns),
    field: snake(noun),
    fields: snake(nouns),
    table: snake(noun),
    words: noun.replaceAll('-', ' '),
  }
}

const camel = (name: string): string => name.replace(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())
const pascal = (name: string): string => camel(`-${name}`)
const snake = (name: string): string => name.replaceAll('-', '_')

function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`
}
