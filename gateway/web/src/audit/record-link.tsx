import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { pageOf } from './audit-words.ts'

type Props = { section: string; id: string; children: ReactNode }

/** Leads to a record where it has a page; else only its name. */
export function RecordLink({ section, id, children }: Props) {
  const page = pageOf(section)
  if (page === '/counterparties') return <Link className="link" to="/counterparties/$id" params={{ id }}>{children}</Link>
  return page ? <Link className="link" to={page} search={{ open: id } as never}>{children}</Link> : children
}
