import type { DemoCounterparty } from './counterparties.ts'
import { DAY_MS } from './days.ts'
import type { Random } from './random.ts'

/** What clients are asked to agree to. */
export const PURPOSES = [
  {
    name: { uk: 'Розсилання пропозицій', en: 'Mailing of offers' },
    text: { uk: 'Погоджуюся отримувати пропозиції та новини електронною поштою.', en: 'I agree to get offers and news by e-mail.' },
  },
  {
    name: { uk: 'Опитування про якість', en: 'Surveys of quality' },
    text: { uk: 'Погоджуюся, щоб мене запитували про якість обладнання й обслуговування.', en: 'I agree to be asked about the quality of equipment and service.' },
  },
] as const

/** `purpose` by its Ukrainian name. */
export type DemoConsent = { counterparty: string; purpose: string; source: string; giveTime: Date; evidence: string; withdrawn: boolean }

/** Every fifth was taken back. All were given after the firm knew the client. */
export function makeConsents(random: Random, counterparties: readonly DemoCounterparty[], count: number, day: Date): DemoConsent[] {
  return random.shuffled(counterparties).slice(0, count).map(({ externalId, createTime }, index) => {
    const [source, evidence] = random.pick([['paper', 'договір, додаток 2'], ['web-form', 'https://vitrylo.example/form'], ['call', ''], ['meeting', '']] as const)
    const giveTime = new Date(createTime.getTime() + Math.floor(random.next() * ((day.getTime() - createTime.getTime()) / DAY_MS)) * DAY_MS)
    return { counterparty: externalId, purpose: random.pick(PURPOSES).name.uk, source, evidence, giveTime, withdrawn: index % 5 === 4 }
  })
}
