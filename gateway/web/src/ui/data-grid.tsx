import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { columnVisibilityFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import type { Records } from '../api/records.ts'
import type { Selection } from '../bulk/use-selection.ts'
import { useKeys } from '../lib/keys.ts'
import { usePhoneWidth } from '../lib/use-phone-width.ts'
import { Icon } from './icon.tsx'
import { PartError } from './part-error.tsx'
import { SelectBox } from './select-box.tsx'

export type GridColumn<T> = {
  id: string
  /** Key of its head. */
  head: string
  /** The head itself, where no key names it. */
  title?: string
  /** Fixed width; the one column without it takes the rest. */
  width?: number
  right?: boolean
  /** Given up when the grid is too narrow, the lowest first; the open record shows it all the same. */
  spare?: number
  /** Field of the API that the list can be ordered by. */
  order?: string
  cell: (row: T) => ReactNode
}

type Props<T> = {
  label: string
  records: Pick<Records<T>, 'rows' | 'isPending' | 'error' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'refetch'>
  columns: GridColumn<T>[]
  /** Columns that the user has switched off. */
  hidden?: string[]
  /** Told which columns the screen has no room for. */
  onUnfit?: (ids: string[]) => void
  /** The row as a card of the phone layout. */
  card: (row: T) => ReactNode
  openId?: string | undefined
  onOpen: (row: T, asPage: boolean) => void
  orderBy?: string
  onOrderBy?: (orderBy: string) => void
  empty: ReactNode
  keys?: boolean
  /** Rows can be ticked; `nameOf` is what a tick is called by. Not on a phone. */
  selection?: Selection<T> & { nameOf: (row: T) => string }
}

const features = tableFeatures({ columnVisibilityFeature })
const cardHeight = 83
const tickWidth = 40

function Skeleton({ columns, count }: { columns: number; count: number }) {
  return Array.from({ length: count }, (_, row) => (
    <tr key={row} className="skeleton" aria-hidden="true">
      {Array.from({ length: columns }, (_, at) => (
        <td key={at}>
          <span className={`bone b${(row + at) % 4}`} />
        </td>
      ))}
    </tr>
  ))
}

const widthOf = (columns: readonly { width?: number }[]) => columns.reduce((sum, column) => sum + (column.width ?? 240), 0)

/** The columns that have room side by side. */
function fit<T>(columns: GridColumn<T>[], width: number): GridColumn<T>[] {
  const spare = columns.filter((column) => column.spare !== undefined).sort((a, b) => a.spare! - b.spare!)
  let left = columns
  while (widthOf(left) > width && spare.length > 0) {
    const out = spare.shift()
    left = left.filter((column) => column !== out)
  }
  return left
}

/** Inner width of an element, as it changes; `shape` changes when it may be another element. */
function useWidth(of: RefObject<HTMLElement | null>, shape: string): number {
  const [width, setWidth] = useState(Infinity)
  // Before the first paint: an observer tells of a width only after it, and a list would show all its columns for a moment.
  useLayoutEffect(() => {
    if (of.current === null) return
    setWidth(of.current.clientWidth)
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width))
    observer.observe(of.current)
    return () => observer.disconnect()
  }, [of, shape])
  return width
}

/** To which sides the element goes on beyond what is seen: `left`, `right` or both. */
function useMore(of: RefObject<HTMLElement | null>, shape: string): string {
  const [more, setMore] = useState('')
  useEffect(() => {
    const box = of.current
    if (box === null) return
    const look = () => setMore([box.scrollLeft > 1 ? 'left' : '', box.scrollLeft + box.clientWidth < box.scrollWidth - 1 ? 'right' : ''].filter(Boolean).join(' '))
    look()
    box.addEventListener('scroll', look, { passive: true })
    return () => box.removeEventListener('scroll', look)
  }, [of, shape])
  return more
}

function useCursor<T extends { id: string }>({ records: { rows }, openId, onOpen, keys = true, selection }: Props<T>, show: (at: number) => void) {
  const [cursor, setCursor] = useState(-1)
  const at = openId ? rows.findIndex((row) => row.id === openId) : -1
  useEffect(() => {
    if (at >= 0) setCursor(at)
  }, [at])
  const move = (step: number) => {
    const next = Math.min(Math.max(cursor + step, 0), rows.length - 1)
    setCursor(next)
    show(next)
    const row = rows[next]
    if (openId && row) onOpen(row, false)
  }
  const current = rows[cursor]
  useKeys(
    [
      { combo: 'j', label: 'keys.down', run: () => move(1) },
      { combo: 'k', label: 'keys.up', run: () => move(-1) },
      { combo: 'ArrowDown', run: () => move(1) },
      { combo: 'ArrowUp', run: () => move(-1) },
      { combo: 'Enter', label: 'keys.open', run: () => (current ? onOpen(current, false) : false) },
      { combo: 'mod+Enter', label: 'keys.openPage', run: () => (current ? onOpen(current, true) : false) },
    ],
    keys,
  )
  useKeys([{ combo: 'x', label: 'keys.tick', run: () => (current ? selection!.toggle(current) : false) }], keys && selection !== undefined)
  return cursor
}

/** A list of records: sticky head, rows of 32 px painted only where they are seen, more pages on the way down. */
export function DataGrid<T extends { id: string }>(props: Props<T>) {
  const { t } = useTranslation()
  const phone = usePhoneWidth()
  const scroller = useRef<HTMLDivElement>(null)
  const { rows, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = props.records
  const height = phone ? cardHeight : 32
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => height, [height]),
    overscan: 12,
    scrollPaddingStart: phone ? 0 : 32,
  })
  useEffect(() => virtual.measure(), [height, virtual])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 20) void fetchNextPage()
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  const cursor = useCursor(props, (at) => virtual.scrollToIndex(at))
  const { selection } = props
  const ticked = useRef(-1)
  const tick = (at: number, on: boolean, toHere: boolean): void => {
    const [from, to] = toHere && ticked.current >= 0 ? [Math.min(ticked.current, at), Math.max(ticked.current, at)] : [at, at]
    selection!.set(rows.slice(from, to + 1), on)
    ticked.current = at
  }

  const defs: ColumnDef<typeof features, T>[] = props.columns.map((column) => ({ id: column.id, cell: ({ row }) => column.cell(row.original) }))
  const wanted = props.columns.filter(({ id }) => !props.hidden?.includes(id))
  const width = useWidth(scroller, `${phone} ${rows.length === 0}`) - (selection ? tickWidth : 0)
  const fitting = fit(wanted, width)
  const unfit = wanted.filter((column) => !fitting.includes(column)).map(({ id }) => id).join(' ')
  const { onUnfit } = props
  useEffect(() => onUnfit?.(unfit === '' || phone ? [] : unfit.split(' ')), [unfit, phone, onUnfit])
  const more = useMore(scroller, `${phone} ${rows.length === 0} ${width} ${fitting.length}`)
  const columnVisibility = Object.fromEntries(props.columns.filter((column) => !fitting.includes(column)).map(({ id }) => [id, false]))
  const table = useTable({ features, data: rows, columns: defs, getRowId: (row: T) => row.id, state: { columnVisibility } })
  const columns = table.getVisibleLeafColumns().map((leaf) => props.columns.find((column) => column.id === leaf.id)!)

  if (error && rows.length === 0) return <div className="grid-wrap"><div className="pad"><PartError error={error} what={props.label} onRetry={() => void refetch()} /></div></div>
  if (!isPending && rows.length === 0) return <div className="grid-wrap">{props.empty}</div>

  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  if (phone)
    return (
      <div className="grid-wrap scroll" ref={scroller} tabIndex={0} role="region" aria-label={props.label}>
        <ul className="cards" style={{ paddingTop: before, paddingBottom: after }}>
          {items.map((item) => {
            const row = rows[item.index]!
            return (
              <li key={row.id} className="pc" style={{ height }}>
                {props.card(row)}
              </li>
            )
          })}
        </ul>
      </div>
    )
  const modelRows = table.getRowModel().rows
  const fixed = widthOf(columns) + (selection ? tickWidth : 0)
  const span = columns.length + (selection ? 1 : 0)
  const chosen = selection ? rows.filter(({ id }) => selection.has(id)).length : 0
  return (
    <div className="grid-wrap scroll" ref={scroller} data-more={more || undefined} tabIndex={0} role="region" aria-label={props.label}>
      <table className="grid" aria-rowcount={hasNextPage ? -1 : rows.length} style={{ minWidth: fixed }}>
        <colgroup>
          {selection ? <col style={{ width: tickWidth }} /> : null}
          {columns.map((column) => (
            <col key={column.id} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {selection ? <th className="cbx"><SelectBox label={t('bulk.allLoaded')} checked={chosen === 0 ? false : chosen === rows.length || 'mixed'} onChange={(on) => selection.set(rows, on)} /></th> : null}
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} orderBy={props.orderBy} onOrderBy={props.onOrderBy} />
            ))}
          </tr>
        </thead>
        <tbody>
          {isPending ? <Skeleton columns={span} count={16} /> : null}
          {before > 0 ? <tr className="space" style={{ height: before }} aria-hidden="true"><td colSpan={span} /></tr> : null}
          {items.map((item) => {
            const row = modelRows[item.index]
            if (!row) return null
            const open = row.id === props.openId
            return (
              <tr
                key={row.id}
                aria-selected={selection ? selection.has(row.id) : undefined}
                aria-rowindex={item.index + 2}
                aria-current={open ? 'true' : undefined}
                className={`${open || selection?.has(row.id) ? 'sel' : ''} ${item.index === cursor ? 'cur' : ''}`}
                onClick={(event) => {
                  if ((event.target as HTMLElement).closest('a,button') === null) props.onOpen(row.original, event.ctrlKey || event.metaKey)
                }}
              >
                {selection ? <td className="cbx"><SelectBox label={selection.nameOf(row.original)} checked={selection.has(row.id)} onChange={(on, event) => tick(item.index, on, event.shiftKey)} /></td> : null}
                {row.getVisibleCells().map((cell, at) => (
                  <td key={cell.id} className={columns[at]!.right ? 'r num' : undefined}>
                    {columns[at]!.cell(row.original)}
                  </td>
                ))}
              </tr>
            )
          })}
          {after > 0 ? <tr className="space" style={{ height: after }} aria-hidden="true"><td colSpan={span} /></tr> : null}
          {isFetchingNextPage ? <Skeleton columns={span} count={3} /> : null}
        </tbody>
      </table>
      <span className="vh" role="status">{isPending ? t('ui.loading') : ''}</span>
    </div>
  )
}

type HeadProps<T> = { column: GridColumn<T>; orderBy: string | undefined; onOrderBy: Props<T>['onOrderBy'] }

function HeadCell<T>({ column, orderBy, onOrderBy }: HeadProps<T>) {
  const { t } = useTranslation()
  const [field, direction] = (orderBy ?? '').split(' ')
  const sorted = column.order !== undefined && field === column.order
  const down = direction === 'desc'
  if (!column.order || !onOrderBy) return <th scope="col" className={column.right ? 'r' : undefined}>{column.title ?? t(column.head)}</th>
  return (
    <th scope="col" className={column.right ? 'r' : undefined} aria-sort={sorted ? (down ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="th-btn" onClick={() => onOrderBy(sorted && !down ? `${column.order} desc` : column.order!)}>
        {column.title ?? t(column.head)}
        {sorted ? <Icon of={down ? IconArrowDown : IconArrowUp} size={12} /> : null}
      </button>
    </th>
  )
}
