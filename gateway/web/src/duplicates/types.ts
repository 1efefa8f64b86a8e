import type { components } from '../api/schema.d.ts'

type Schemas = components['schemas']

export type Reason = Schemas['DuplicateReason']
export type FoundDuplicate = Schemas['DuplicateCounterparty']
export type DuplicatePair = Schemas['DuplicatePair']
export type DuplicateSearch = Schemas['DuplicateSearch']
export type MergePreview = Schemas['MergePreview']
export type Merge = Schemas['CounterpartyMerge']
export type UndoPreview = Schemas['MergeUndoPreview']
