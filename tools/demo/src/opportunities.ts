import type { DemoCounterparty } from './counterparties.ts'
import { LOST_REASONS, NEXT_STEPS, PRODUCTS } from './data/firms.ts'
import { before, DAY_MS, dayOf } from './days.ts'
import type { Random } from './random.ts'
import { SELLERS } from './staff.ts'

/** A deal with its past. The stage is a number: how far along the pipeline, 0 the first one, 1 the last one. */
export type DemoOpportunity = {
  externalId: string
  counterparty: string
  owner: string
  title: string
  product: string
  amount: string
  source: string
  state: 'open' | 'won' | 'lost'
  progress: number
  openTime: Date
  closeTime?: Date
  lostReason: string
  expectedCloseDate: string
  nextStep: string
  nextStepDate: string
}

/** Deals of the last ten months: six of ten decided, most of these won. */
export function makeOpportunities(random: Random, counterparties: readonly DemoCounterparty[], count: number, now: Date): DemoOpportunity[] {
  const buyers = counterparties.filter(({ body }) => body.roles.includes('client') || body.roles.includes('prospect'))
  return Array.from({ length: count }, (_, index) => {
    const client = random.pick(buyers)
    const product = random.pick(PRODUCTS)
    const state = random.pick(['open', 'open', 'open', 'open', 'won', 'won', 'won', 'won', 'lost', 'lost'] as const)
    return {
      externalId: `demo-opportunity-${index + 1}`,
      counterparty: client.externalId,
      owner: random.chance(0.8) ? client.responsible : random.pick(SELLERS[client.branch]),
      title: random.pick(product.titles),
      product: product.name,
      amount: sumOf(random, product),
      source: client.body.source,
      ...(state === 'open' ? openDeal(random, now) : decidedDeal(random, state, now)),
    }
  })
}

function openDeal(random: Random, now: Date) {
  const hasStep = random.chance(0.6)
  return {
    state: 'open' as const,
    progress: random.pick([0, 0, 0, 0.25, 0.25, 0.5, 0.5, 0.75, 1]),
    // Most are where they should be; some have been at their stage for too long.
    openTime: before(now, random.pick([1, 1, 2, 2, 3, 4, 5, 6, 9, 14, 23]), random),
    lostReason: '',
    expectedCloseDate: dayOf(new Date(now.getTime() + random.int(-5, 60) * DAY_MS)),
    nextStep: hasStep ? random.pick(NEXT_STEPS) : '',
    nextStepDate: hasStep ? dayOf(new Date(now.getTime() + random.int(-3, 14) * DAY_MS)) : '',
  }
}

function decidedDeal(random: Random, state: 'won' | 'lost', now: Date) {
  const closeTime = before(now, random.int(1, 280), random)
  return {
    state,
    progress: state === 'won' ? random.pick([0.75, 1, 1, 1]) : random.pick([0, 0.25, 0.25, 0.5, 0.75]),
    openTime: new Date(closeTime.getTime() - random.int(5, 60) * DAY_MS),
    closeTime,
    lostReason: state === 'lost' ? random.pick(LOST_REASONS) : '',
    expectedCloseDate: dayOf(closeTime),
    nextStep: '',
    nextStepDate: '',
  }
}

/** Round sums, as offers have them. */
function sumOf(random: Random, { from, to }: (typeof PRODUCTS)[number]): string {
  const skewed = random.next() ** 2
  return `${Math.round((from + (to - from) * skewed) / 100) * 100}.00`
}
