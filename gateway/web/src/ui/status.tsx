import type { ReactNode } from 'react'

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info' | 'acc'

type Props = { tone?: Tone; children: ReactNode; number?: boolean; hollow?: boolean; title?: string }

/** A dot and a word: colour never speaks alone. */
export function Status({ tone = 'neutral', children, number, hollow, title }: Props) {
  const text = tone === 'bad' || tone === 'warn' || tone === 'good' ? tone : ''
  return (
    <span className={`st ${text} ${number ? 'num' : ''}`} title={title}>
      <span className={`dot ${tone === 'neutral' ? '' : tone} ${hollow ? 'ring' : ''}`} aria-hidden="true" />
      <span className="cut">{children}</span>
    </span>
  )
}
