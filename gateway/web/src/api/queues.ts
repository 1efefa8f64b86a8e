import { useQuery } from '@tanstack/react-query'
import { useCan } from './me.ts'
import { allPages } from './records.ts'
import type { Queue } from './types.ts'

/** What came through no other queue comes through this one; it is always there. */
export const DEFAULT_QUEUE = 'default'

const none: Queue[] = []

/** All queues, for those who may see them. */
export function useQueues(): Queue[] {
  const can = useCan()
  return useQuery({ queryKey: ['queues', 'all'], queryFn: ({ signal }) => allPages<Queue>('queues', 'queues', signal), enabled: can('queues'), staleTime: 5 * 60_000 }).data ?? none
}

/** Queues as people call them; for those who may not see the list, as the exchange does. */
export function useQueueTitle(): (name: string) => string {
  const queues = useQueues()
  return (name) => queues.find((queue) => queue.name === name)?.title || name
}
