import type { Call, Offer, OfferOutcome, Transfer } from './model.ts'

/** What happened to a call between two looks at it, in the order in which listeners should hear of it. */
export type Fact =
  | { type: 'started' }
  | { type: 'offered'; extension: string }
  | { type: 'answered'; extension: string }
  | { type: 'offer-ended'; extension: string; outcome: OfferOutcome }
  | { type: 'held' }
  | { type: 'resumed' }
  | { type: 'transferred'; transfer: Transfer }
  | { type: 'ended' }

export function changes(before: Call | undefined, after: Call): Fact[] {
  const facts: Fact[] = before === undefined ? [{ type: 'started' }] : []
  for (const offer of after.offers) {
    facts.push(
      ...offerFacts(
        before?.offers.find((each) => each.extension === offer.extension),
        offer,
      ),
    )
  }
  const party = after.answeredBy
  // The customer of an outbound call has no offer; every agent who answers has one.
  if (
    party !== null &&
    before?.answeredBy == null &&
    !after.offers.some((offer) => offer.extension === party.extension)
  ) {
    facts.push({ type: 'answered', extension: party.extension })
  }
  for (const transfer of after.transfers.slice(before?.transfers.length ?? 0))
    facts.push({ type: 'transferred', transfer })
  if (after.holdCount > (before?.holdCount ?? 0)) facts.push({ type: 'held' })
  if (isOver(after) && wasHeld(before, after)) facts.push({ type: 'resumed' })
  if (after.state === 'ended' && before?.state !== 'ended') facts.push({ type: 'ended' })
  return facts
}

// A ring of the same agent after an unanswered one opens the offer again, and the screen with it.
function offerFacts(before: Offer | undefined, after: Offer): Fact[] {
  const { extension, outcome } = after
  const facts: Fact[] = []
  const wasOpen = before !== undefined && before.outcome === null
  if (before === undefined || (before.outcome !== null && outcome === null)) facts.push({ type: 'offered', extension })
  if (outcome === null || (!wasOpen && before?.outcome === outcome)) return facts
  if (outcome === 'answered') facts.push({ type: 'answered', extension })
  facts.push({ type: 'offer-ended', extension, outcome })
  return facts
}

function isOver(after: Call): boolean {
  return after.state !== 'held'
}

function wasHeld(before: Call | undefined, after: Call): boolean {
  return before?.state === 'held' || (before !== undefined && after.holdCount > before.holdCount)
}
