import { areMetricsOn, gauge, histogram, observe } from '@vitrylo/telemetry'
import type { Connection } from './connection.ts'
import type { LiveEvent } from './live-event-sql.ts'
import { isShownTo } from './visibility.ts'

const POP = histogram('vitrylo_screen_pop_seconds', 'Calls shown to whom they ring, by the time since the telephone rang', [
  0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5,
])
const STREAMS = gauge('vitrylo_live_streams', 'Streams of live events that browsers hold open')
const OFFER = 'vitrylo.telephony.v1.CallOffered'

/** Takes the time of calls that have just been handed to the browser of an employee whose telephone rings. */
export function measurePops(events: readonly LiveEvent[], connections: ReadonlySet<Connection>): void {
  if (!areMetricsOn()) return
  for (const event of events) {
    if (event.type !== OFFER || ![...connections].some(({ caller }) => isShownTo(caller, event))) continue
    const { data } = JSON.parse(event.payload) as { data: { ringTime?: string } }
    // Clocks of exchange, service and gateway differ by some milliseconds.
    POP.record(Math.max(0, Date.now() - Date.parse(data.ringTime ?? '')) / 1000, {})
  }
}

export const observeStreams = (connections: ReadonlySet<Connection>): (() => void) => observe([STREAMS], () => [[STREAMS, connections.size]])
