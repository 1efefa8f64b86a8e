import type { MyCall } from './call-store.ts'
import { CallContext } from './call-context.tsx'
import { CallMatches } from './call-matches.tsx'
import { CallWrapUp } from './call-wrap-up.tsx'
import { UnknownForm } from './unknown-form.tsx'

/**
 * Below the caller: what is known of them, the choice among several, or the form for an unknown number; after the call its request.
 * The form stays while it holds words, whatever becomes of the call.
 */
export function CallBody({ one }: { one: MyCall }) {
  const { call, phase, request } = one
  const unknown = call.counterpartyId === ''
  const blank = unknown && phase !== 'missed' && !request && !call.requestId
  const wrapUp = phase === 'ended' || (phase === 'missed' && call.requestId) || request ? <CallWrapUp key={call.counterpartyId} one={one} /> : null
  return (
    <div className="cp-body scroll">
      {one.typed ? null : wrapUp}
      {unknown && call.matches.length > 1 ? <CallMatches call={call} /> : null}
      {blank || one.typed ? <UnknownForm one={one} /> : null}
      {/* Below the words: what comes in at the end of a call does not move the field one types in. */}
      {one.typed ? wrapUp : null}
      {unknown ? null : <CallContext key={call.counterpartyId} one={one} />}
    </div>
  )
}
