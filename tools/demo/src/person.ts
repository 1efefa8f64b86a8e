import { FEMALE_NAMES, MALE_NAMES, PATRONYMICS, SURNAME_PAIRS, SURNAMES } from './data/people.ts'
import type { Random } from './random.ts'

export type Name = { female: boolean; surname: string; first: string; patronymic: string }

export function personName(random: Random): Name {
  const female = random.chance(0.5)
  const form = female ? 1 : 0
  const pair = random.pick([...SURNAMES.map((same) => [same, same] as const), ...SURNAME_PAIRS])
  return {
    female,
    surname: pair[form],
    first: random.pick(female ? FEMALE_NAMES : MALE_NAMES),
    patronymic: random.pick(PATRONYMICS)[form],
  }
}

/** A maker of people of whom no two share all three names. */
export function peopleOf(random: Random): () => Name {
  const taken = new Set<string>()
  return () => {
    for (;;) {
      const name = personName(random)
      const key = fullName(name)
      if (taken.has(key)) continue
      taken.add(key)
      return name
    }
  }
}

export const fullName = ({ surname, first, patronymic }: Name): string => `${surname} ${first} ${patronymic}`
