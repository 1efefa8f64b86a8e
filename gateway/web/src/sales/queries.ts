import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { get, post } from '../api/client.ts'
import { allPages } from '../api/records.ts'
import type { Board, Funnel, Opportunity, Pipeline, StageStay } from '../api/types.ts'
import { toast, toastError } from '../ui/toast.ts'

const none: Pipeline[] = []

export function usePipelines(enabled = true) {
  const answer = useQuery({ queryKey: ['pipelines', 'all'], queryFn: ({ signal }) => allPages<Pipeline>('pipelines', 'pipelines', signal), staleTime: 60_000, enabled })
  return { ...answer, pipelines: answer.data ?? none }
}

/** The chosen pipeline, or the default one. */
export const pipelineOf = (pipelines: Pipeline[], id: string | undefined) =>
  pipelines.find((one) => one.id === id) ?? pipelines.find((one) => one.isDefault) ?? pipelines[0]

export const boardKey = (pipelineId: string, filter: string, cards: number) => ['opportunities', 'board', pipelineId, filter, cards]

export function useBoard(pipelineId: string | undefined, filter: string, cards: number) {
  return useQuery({
    queryKey: boardKey(pipelineId ?? '', filter, cards),
    queryFn: ({ signal }) => get<Board>('opportunities:board', { pipelineId, filter, cards }, signal),
    enabled: pipelineId !== undefined,
    placeholderData: (before) => before,
  })
}

export function useFunnel(pipelineId: string | undefined, fromTime: string | undefined) {
  return useQuery({
    queryKey: ['pipelines', pipelineId, 'funnel', fromTime],
    queryFn: ({ signal }) => get<Funnel>(`pipelines/${pipelineId}:funnel`, { fromTime }, signal),
    enabled: pipelineId !== undefined,
  })
}

export const useStays = (id: string) =>
  useQuery({ queryKey: ['opportunities', id, 'stays'], queryFn: ({ signal }) => get<{ stays: StageStay[] }>(`opportunities/${id}/stays`, undefined, signal) })

export type Verb = { record: Opportunity } & (
  | { name: 'move'; stageId: string }
  | { name: 'win' }
  | { name: 'lose'; reason: string }
  | { name: 'reopen' }
)

/** The board as it will be after a move, so that the card does not jump back while the server answers. */
function moved(board: Board, record: Opportunity, stageId: string): Board {
  const columns = board.columns.map((column) => {
    const without = column.opportunities.filter((one) => one.id !== record.id)
    if (column.stageId !== stageId || column.state !== 'open') return { ...column, opportunities: without }
    return { ...column, opportunities: [...without, { ...record, stageId, stageEnterTime: new Date().toISOString() }] }
  })
  return { ...board, columns }
}

/** Moves, wins, loses, reopens. A stale record is said so and read again. */
export function useOpportunityVerbs() {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ record, name, ...body }: Verb) => post<Opportunity>(`opportunities/${record.id}:${name}`, body, { etag: record.etag }),
    onMutate: (verb) => {
      if (verb.name !== 'move') return
      for (const [key, board] of client.getQueriesData<Board>({ queryKey: ['opportunities', 'board'] }))
        if (board) client.setQueryData(key, moved(board, verb.record, verb.stageId))
    },
    onSuccess: (saved, verb) => {
      client.setQueryData(['opportunities', saved.id], saved)
      toast(t(`sales.done.${verb.name}`), saved.title)
    },
    onError: (error) => toastError(t('sales.notDone'), error),
    onSettled: (_saved, _error, { record }) => {
      void client.invalidateQueries({ queryKey: ['opportunities'] })
      void client.invalidateQueries({ queryKey: ['pipelines'] })
      if (record.counterpartyId) void client.invalidateQueries({ queryKey: ['counterparties', record.counterpartyId] })
    },
  })
}
