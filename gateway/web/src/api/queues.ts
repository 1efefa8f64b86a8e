import { useQuery } from '@tanstack/react-query'
import { useCan } from './me.ts'
import { allPages } from './records.ts'
import type { Queue } from './types.ts'

/** Queues as people call them; for those who may not see the list, as the exchange does. */
export function useQueueTitle(): (name: string) => string {
  const can = useCan()
  const queues = useQuery({ queryKey: ['queues', 'all'], queryFn: ({ signal }) => allPages<Queue>('queues', 'queues', signal), enabled: can('queues'), staleTime: 5 * 60_000 }).data
  return (name) => queues?.find((queue) => queue.name === name)?.title || name
}
