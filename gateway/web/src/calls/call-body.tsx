import { NoteComposer } from '../card/note-composer.tsx'
import type { MyCall } from './call-store.ts'
import { CallContext } from './call-context.tsx'
import { CallMatches } from './call-matches.tsx'
import { CallWrapUp } from './call-wrap-up.tsx'
import { UnknownForm } from './unknown-form.tsx'
import type { Unknown } from './use-unknown.ts'
import { useNoteOfCall } from './write-down.ts'

/**
 * Below the caller: what is known of them, the choice among several, or the form for an unknown number; after the call its request.
 * The form stays while it holds words, whatever becomes of the call, and after a talk until something was said; a known caller has notes from the answer on.
 */
export function CallBody({ one, words }: { one: MyCall; words: Unknown }) {
  const { call, phase, request } = one
  const unknown = call.counterpartyId === ''
  const noted = useNoteOfCall(one)
  const blank = unknown && phase !== 'missed' && !one.said
  const over = phase === 'ended' || (phase === 'missed' && Boolean(call.requestId)) || Boolean(request)
  const wrapUp = over ? <CallWrapUp key={`request ${call.counterpartyId}`} one={one} words={words} /> : null
  return (
    <div className="cp-body scroll">
      {unknown && call.matches.length > 1 ? <CallMatches call={call} /> : null}
      {blank || one.typed ? <UnknownForm one={one} words={words} /> : null}
      {!unknown && (over || phase === 'talking' || phase === 'held') ? <div className="cp-note"><NoteComposer key={call.counterpartyId} partyId={call.counterpartyId} onSaved={noted} /></div> : null}
      {/* Below the words: what comes in at the end of a call moves no field. */}
      {wrapUp}
      {unknown ? null : <CallContext key={call.counterpartyId} one={one} />}
    </div>
  )
}
