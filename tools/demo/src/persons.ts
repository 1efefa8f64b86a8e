import { POSITIONS } from './data/people.ts'
import type { DemoCounterparty } from './counterparties.ts'
import { fullName, type Name } from './person.ts'
import type { Random } from './random.ts'
import { latin, written, type phonesOf } from './reach.ts'

/** A contact person as the API takes it, but organisations by their external ids. */
export type DemoPerson = {
  externalId: string
  positions: { organisation: string; title: string; decisionRole: string }[]
  body: { displayName: string; channels: { kind: string; value: string; label: string; primary: boolean }[]; birthday: string; note: string }
}

type World = { random: Random; phones: ReturnType<typeof phonesOf>; person: () => Name }

/** Every organisation has somebody; the rest are spread by chance, some act for two organisations. */
export function makePersons(world: World, counterparties: readonly DemoCounterparty[], count: number): DemoPerson[] {
  const { random } = world
  const organisations = counterparties.filter(({ body }) => body.kind === 'organisation' && !body.displayName.startsWith('ФОП'))
  return Array.from({ length: count }, (_, index) => {
    const first = organisations[index] ?? random.pick(organisations)
    const neighbours = organisations.filter(({ branch }) => branch === first.branch)
    const second = random.chance(0.05) ? random.pick(neighbours) : first
    return makePerson(world, index, second === first ? [first] : [first, second])
  })
}

function makePerson({ random, phones, person }: World, index: number, organisations: DemoCounterparty[]): DemoPerson {
  const name = person()
  const domain = organisations[0]!.body.channels.find(({ kind }) => kind === 'email')!.value.split('@')[1]
  return {
    externalId: `demo-person-${index + 1}`,
    positions: organisations.map(({ externalId }) => {
      const [his, her, decisionRole] = random.pick(POSITIONS)
      return { organisation: externalId, title: name.female ? her : his, decisionRole }
    }),
    body: {
      displayName: fullName(name),
      channels: [
        { kind: 'phone', value: written(random, phones.mobile()), label: '', primary: true },
        ...(random.chance(0.8) ? [{ kind: 'email', value: `${latin(name.first)}.${latin(name.surname)}@${domain}`, label: '', primary: true }] : []),
      ],
      birthday: random.chance(0.5) ? `${random.int(1962, 2003)}-${two(random.int(1, 12))}-${two(random.int(1, 28))}` : '',
      note: random.chance(0.08) ? 'Просить писати в месенджер, а не телефонувати.' : '',
    },
  }
}

const two = (value: number): string => String(value).padStart(2, '0')
