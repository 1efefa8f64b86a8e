import type { ReactNode } from 'react'

type Props = { title: string; range?: string; children?: ReactNode; after?: ReactNode }

/** Title of a view, how much it shows, and its actions. */
export function ViewBar({ title, range, children, after }: Props) {
  return (
    <div className="vh-bar">
      <h1>{title}</h1>
      {after}
      {range ? <span className="meta num range">{range}</span> : null}
      <span className="grow" />
      {children}
    </div>
  )
}
