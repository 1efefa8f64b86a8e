import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { get } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import type { Call } from '../api/types.ts'
import { announce } from '../lib/announce.ts'
import { draftsOf } from '../lib/use-draft.ts'
import { onEvent, onReturn, startLink } from '../live/link.ts'
import { callerName } from './call-name.ts'
import { changeCall, DRAFT, dropCall, findCall, putCall, useCalls, type Phase } from './call-store.ts'
import { endedPhase, phaseFor } from './phase.ts'

/** An offer older than this came out of the log after a lost link: it is checked before it may pop up. */
const staleMs = 8000

const started = (time: string | undefined) => (time ? Math.min(new Date(time).getTime(), Date.now()) : Date.now())

/** Calls that are going on now, instead of replaying what was missed while the link was lost. */
async function catchUp(me: string) {
  const { calls } = await get<{ calls: Call[] }>('calls', { filter: 'state!="ended"', pageSize: 100 })
  for (const call of calls) {
    const phase = phaseFor(call, me)
    if (phase) putCall({ call, phase, since: started(phase === 'ringing' ? call.startTime : call.answerTime) })
  }
}

/** Words that were typed of a call that is over, and not sent when the page was left: its form comes back with them. */
async function bringBack(me: string) {
  for (const id of draftsOf(DRAFT)) {
    if (findCall(id)) continue
    const call = await get<Call>(`calls/${id}`).catch(() => undefined)
    if (!call || phaseFor(call, me)) continue
    const phase = call.state !== 'ended' ? 'elsewhere' : call.disposition === 'answered' ? 'ended' : 'missed'
    putCall({ call, phase, since: Date.now(), typed: true })
  }
}

async function refresh(id: string, me: string) {
  const call = await get<Call>(`calls/${id}`)
  const known = findCall(id)
  if (!known) return
  const phase = call.state === 'ended' ? endedPhase(known.phase) : (phaseFor(call, me) ?? 'elsewhere')
  changeCall(id, (one) => ({ ...one, call, phase, since: one.phase === phase ? one.since : Date.now() }))
}

const quietly = (work: Promise<unknown>) => void work.catch(() => undefined)

/** Turns live events into the calls of this screen. Mounted once, in the frame. */
export function useCallEvents(enabled: boolean) {
  const { t } = useTranslation()
  const me = useMe().employee?.id
  const { calls } = useCalls()

  useEffect(() => {
    startLink()
    if (!enabled || me === undefined) return
    const to = (id: string, phase: Phase, call: Call, more: { by?: string; outcome?: string } = {}) =>
      changeCall(id, (one) => ({ ...one, ...more, call, phase, since: one.phase === phase ? one.since : Date.now() }))
    const ring = (call: Call, ringTime: string) => {
      putCall({ call, phase: 'ringing', since: started(ringTime) })
      announce(t('call.announce', { name: callerName(call, t) }), true)
    }
    const stops = [
      onEvent('vitrylo.telephony.v1.CallOffered', ({ call, agent, ringTime }, time) => {
        if (agent.employeeId !== me) return
        if (Date.now() - new Date(time).getTime() < staleMs) return ring(call, ringTime)
        quietly(get<Call>(`calls/${call.id}`).then((now) => phaseFor(now, me) === 'ringing' && ring(now, ringTime)))
      }),
      onEvent('vitrylo.telephony.v1.CallOfferEnded', ({ call, agent, outcome }) => {
        const known = findCall(call.id)
        if (agent.employeeId !== me || known?.phase !== 'ringing') return
        if (outcome === 'answered') to(call.id, 'talking', call)
        else if (outcome === 'elsewhere') to(call.id, 'elsewhere', call, { by: call.answeredBy?.employeeId ?? '' })
        else to(call.id, 'missed', call, { outcome })
      }),
      onEvent('vitrylo.telephony.v1.CallAnswered', ({ call, agent }) => {
        if (agent.employeeId === me) putCall({ call, phase: 'talking', since: started(call.answerTime) })
        else if (findCall(call.id)) to(call.id, 'elsewhere', call, { by: agent.employeeId })
      }),
      onEvent('vitrylo.telephony.v1.CallHeld', ({ call }) => findCall(call.id)?.phase === 'talking' && to(call.id, 'held', call)),
      onEvent('vitrylo.telephony.v1.CallResumed', ({ call }) => findCall(call.id)?.phase === 'held' && changeCall(call.id, (one) => ({ ...one, call, phase: 'talking', since: started(call.answerTime) }))),
      onEvent('vitrylo.telephony.v1.CallEnded', ({ call }) => {
        const known = findCall(call.id)
        if (known) to(call.id, endedPhase(known.phase), call, { outcome: known.outcome === undefined || known.outcome === 'cancelled' ? call.disposition : known.outcome })
      }),
      onEvent('vitrylo.telephony.v1.CallCorrected', ({ call }) => changeCall(call.id, (one) => ({ ...one, call }))),
      onEvent('vitrylo.servicedesk.v1.RequestRegistered', ({ request }) => request.callId && changeCall(request.callId, (one) => ({ ...one, request }))),
      onEvent('vitrylo.sales.v1.OpportunityCreated', ({ opportunity }) => {
        for (const one of calls) if (one.request && one.request.id === opportunity.requestId) changeCall(one.call.id, (it) => ({ ...it, request: { ...one.request!, opportunityId: opportunity.id } }))
      }),
      onReturn(() => {
        quietly(catchUp(me))
        for (const one of calls) quietly(refresh(one.call.id, me))
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [enabled, me, t, calls])

  useEffect(() => {
    if (enabled && me !== undefined) quietly(catchUp(me).then(() => bringBack(me)))
  }, [enabled, me])

  // What is over for us and asks for nothing leaves by itself.
  useEffect(() => {
    const gone = calls.filter((one) => !one.typed && (one.phase === 'elsewhere' || one.phase === 'missed'))
    const timers = gone.map((one) => setTimeout(() => dropCall(one.call.id), Math.max(0, (one.phase === 'elsewhere' ? 5000 : 9000) - (Date.now() - one.since))))
    return () => timers.forEach(clearTimeout)
  }, [calls])
}
