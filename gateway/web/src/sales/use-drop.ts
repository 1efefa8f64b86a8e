import { useEffect, useRef, useState, type RefObject } from 'react'
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import type { Opportunity } from '../api/types.ts'

type Options = { movable: boolean; onDrop: (record: Opportunity) => void; /** Cards of this stage are where they are. */ stageId?: string }

/** A column that cards are dropped into; `over`: one is held above it. */
export function useDrop<T extends HTMLElement>({ movable, onDrop, stageId }: Options): [RefObject<T | null>, boolean] {
  const box = useRef<T>(null)
  const [over, setOver] = useState(false)
  useEffect(() => {
    if (!box.current || !movable) return
    return dropTargetForElements({
      element: box.current,
      canDrop: ({ source }) => stageId === undefined || (source.data['record'] as Opportunity | undefined)?.stageId !== stageId,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        onDrop(source.data['record'] as Opportunity)
      },
    })
  }, [stageId, movable, onDrop])
  return [box, over]
}
