import type { MyCall } from './call-store.ts'
import { CallContext } from './call-context.tsx'
import { CallMatches } from './call-matches.tsx'
import { CallWrapUp } from './call-wrap-up.tsx'
import { UnknownForm } from './unknown-form.tsx'

/** Below the caller: what is known of them, the choice among several, or the form for an unknown number; after the call its request. */
export function CallBody({ one }: { one: MyCall }) {
  const { call, phase, request } = one
  const unknown = call.counterpartyId === ''
  return (
    <div className="cp-body scroll">
      {phase === 'ended' || (phase === 'missed' && call.requestId) || request ? <CallWrapUp one={one} /> : null}
      {unknown && call.matches.length > 1 ? <CallMatches call={call} /> : null}
      {unknown && phase !== 'missed' && !request && !call.requestId ? <UnknownForm call={call} /> : null}
      {unknown ? null : <CallContext one={one} />}
    </div>
  )
}
