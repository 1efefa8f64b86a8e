import { useEffect } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { onEvent, onReturn } from './link.ts'
import { targets } from './events.ts'

type Record = { id?: string; counterpartyId?: string; counterpartyIds?: string[] }

/** Counterparties that the event tells of: their cards are old now. */
function counterpartiesOf(data: object): string[] {
  const { counterparty, counterpartyId, contactPerson, ...rest } = data as {
    counterparty?: Record
    counterpartyId?: string
    contactPerson?: { positions?: Record[] }
  } & { [key: string]: Record }
  const ids = [counterpartyId, counterparty?.id, ...(contactPerson?.positions ?? []).map((one) => one.counterpartyId)]
  for (const part of [rest['survivor'], rest['merged'], rest['restored']]) ids.push(part?.id)
  for (const part of [rest['call'], rest['request'], rest['opportunity'], rest['interaction']]) ids.push(part?.counterpartyId, ...(part?.counterpartyIds ?? []))
  return ids.filter((id): id is string => Boolean(id))
}

/** Makes the queries old that an event concerns, at most once a second however many events come. */
export function useLiveQueries() {
  const client = useQueryClient()
  useEffect(() => {
    const old = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      for (const key of old) void client.invalidateQueries({ queryKey: JSON.parse(key) as string[] })
      old.clear()
    }
    const mark = (key: string[]) => {
      old.add(JSON.stringify(key))
      timer ??= setTimeout(flush, 600)
    }
    const stops = targets.map(({ name, lists }) =>
      onEvent(name, (data) => {
        for (const list of lists) mark(list === 'counterparties' ? [list, 'list'] : [list])
        for (const id of counterpartiesOf(data)) mark(['counterparties', id])
      }),
    )
    stops.push(onReturn(() => void client.invalidateQueries()))
    return () => {
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [client])
}
