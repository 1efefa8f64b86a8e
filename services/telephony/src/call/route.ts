import type { CallParts } from './grouping.ts'
import { isBorn } from './legs.ts'
import type { BornLeg } from './legs.ts'
import type { Direction, Origin } from './model.ts'
import { e164, isExtension, isOutside, isWithheld } from './parties.ts'

/** Who called whom, and how the call came about. */
export type Route = {
  direction: Direction
  origin: Origin
  /** The leg whose talk is the call's talk: the customer's, or the caller's of an internal call. */
  principal: BornLeg
  /** The leg with which the call began. */
  first: BornLeg
  raw: string
  name: string
  line: string
}

/** Undefined while no phone of the call has been seen: a stray event of an old call is not a call. */
export function routeOf(parts: CallParts): Route | undefined {
  const born = parts.legs.filter(isBorn).sort((a, b) => a.bornAt - b.bornAt || Number(began(b)) - Number(began(a)))
  const phones = born.filter((leg) => leg.kind !== 'system')
  const first = firstOf(phones)
  if (first === undefined) return undefined
  if (first.kind === 'customer') return first.direction === 'incoming' ? inbound(parts, first) : dialler(parts, phones)
  if (first.direction === 'incoming') return dialledByPhone(parts, first, phones)
  return began(first) ? requested(parts, first, phones) : seenLate(parts, first)
}

// A snapshot tells ages in whole seconds, so legs found by it are told apart by what they are.
function firstOf(phones: BornLeg[]): BornLeg | undefined {
  if (!phones.some((leg) => leg.bornFrom === 'snapshot')) return phones[0]
  const caller = phones.find(began) ?? phones.find((leg) => leg.direction === 'incoming')
  return caller ?? phones.find((leg) => leg.kind === 'customer') ?? phones[0]
}

// The leg that begins a call gives the call its key.
function began(leg: BornLeg): boolean {
  return leg.uid === leg.firstCall
}

function inbound(parts: CallParts, first: BornLeg): Route {
  // Found in mid-call, the leg stands in the queue already: the number dialled is in the dial plan's variable only.
  const line =
    first.bornFrom === 'snapshot' ? first.did || outsideOrNone(parts, first.dialled) : first.dialled || first.did
  return { direction: 'inbound', origin: 'direct', principal: first, first, raw: first.number, name: first.name, line }
}

function outsideOrNone(parts: CallParts, number: string): string {
  return isOutside(parts.config, number) ? number : ''
}

// The customer was rung before any agent.
function dialler(parts: CallParts, phones: BornLeg[]): Route {
  const principal = customerOf(phones) ?? (phones[0] as BornLeg)
  const raw = outsideNumber(parts, principal) || resultNumber(parts)
  return { direction: 'outbound', origin: 'predictive', principal, first: principal, raw, name: '', line: '' }
}

function dialledByPhone(parts: CallParts, first: BornLeg, phones: BornLeg[]): Route {
  const customer = customerOf(phones)
  const outside =
    isOutside(parts.config, first.dialled) || (customer !== undefined && !isExtension(parts.config, first.dialled))
  const common = { origin: 'direct' as const, first, name: '' }
  if (!outside) return { ...common, direction: 'internal', principal: first, raw: '', line: first.dialled }
  const raw = outsideOrNone(parts, first.dialled) || outsideNumber(parts, customer) || first.dialled
  return { ...common, direction: 'outbound', principal: customer ?? first, raw, line: '' }
}

// The CRM had the PBX ring the agent first. What the phone shows as caller is the customer whom it will call.
function requested(parts: CallParts, first: BornLeg, phones: BornLeg[]): Route {
  const customer = customerOf(phones)
  const target =
    outsideNumber(parts, customer) || resultNumber(parts) || first.offer?.shown || listedTarget(parts, first)
  const common = { origin: 'click-to-call' as const, first, name: '' }
  if (customer === undefined && isExtension(parts.config, target)) {
    return { ...common, direction: 'internal', principal: first, raw: '', line: target }
  }
  return { ...common, direction: 'outbound', principal: customer ?? first, raw: target, line: '' }
}

/** The number of a leg that the PBX dialled outside. */
function outsideNumber(parts: CallParts, leg: BornLeg | undefined): string {
  const told = leg === undefined ? [] : [leg.offer?.number ?? '', leg.number, leg.listed?.number ?? '']
  return told.find((number) => isOutside(parts.config, number)) ?? ''
}

// While the agent's phone rings it shows the customer; once the dial plan runs, the number shown is the firm's own.
function listedTarget(parts: CallParts, first: BornLeg): string {
  const { dialled = '', number = '' } = first.listed ?? {}
  return outsideOrNone(parts, dialled) || (dialled === '' ? outsideOrNone(parts, number) : '')
}

// The caller's leg came and went unseen: what is left of the call is the agent's phone.
function seenLate(parts: CallParts, first: BornLeg): Route {
  const raw = first.offer?.fromNumber ?? ''
  const internal = isExtension(parts.config, raw)
  const direction = internal ? 'internal' : 'inbound'
  return { direction, origin: 'direct', principal: first, first, raw: internal ? '' : raw, name: '', line: first.did }
}

// Of several trunks tried, the one that was talked on, or else the last.
function customerOf(phones: BornLeg[]): BornLeg | undefined {
  const customers = phones.filter((leg) => leg.kind === 'customer')
  return customers.find((leg) => leg.direction === 'incoming' || leg.stays.length > 0) ?? customers.at(-1)
}

// Only a success: a second request with the key of a living call fails with that call's key.
function resultNumber(parts: CallParts): string {
  const result = parts.events.find((event) => event.type === 'request.result' && event.ok)
  return result?.type === 'request.result' ? outsideOrNone(parts, result.number) : ''
}

export function customerOfRoute(parts: CallParts, route: Route) {
  const none = { customerNumber: null, customerNumberRaw: '', customerName: '', withheld: false }
  if (route.direction === 'internal') return none
  const withheld = route.direction === 'inbound' && isWithheld(route.raw)
  return {
    customerNumber: withheld ? null : e164(parts.config, route.raw),
    customerNumberRaw: route.raw,
    customerName: withheld ? '' : route.name,
    withheld,
  }
}
