import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useCan } from '../api/me.ts'
import { useRecord } from '../api/records.ts'
import type { SubjectRequest } from '../api/types.ts'
import { pageOf } from '../audit/audit-words.ts'
import { date, number } from '../lib/format.ts'
import { Status } from '../ui/status.tsx'

const TONES = { delete: 'bad', empty: 'warn', keep: 'neutral', unspecified: 'neutral' } as const

/** What an erasure does, place by place: removed, emptied, or kept with the reason and the day. */
export function SubjectPlaces({ request }: { request: SubjectRequest }) {
  const { t } = useTranslation()
  const isDone = request.state === 'done'
  const rows = request.answers.flatMap(({ service, places }) => places.map((place) => ({ ...place, service })))
  // What should be done before comes first.
  rows.sort((a, b) => Number(b.reason === 'open') - Number(a.reason === 'open'))
  if (rows.length === 0) return <p className="soft dlg-p">{t('privacy.nothing')}</p>
  return (
    <div className="subject-places">
      <table>
        <thead><tr><th>{t('privacy.place')}</th><th className="num">{t('privacy.rows')}</th><th>{t(isDone ? 'privacy.whatDone' : 'privacy.what')}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.service}/${row.name}`}>
              <td>{t(`words.subjectPlace.${row.name}`)}</td>
              <td className="num">{number(row.rowCount)}</td>
              <td>
                <Status tone={TONES[row.treatment]}>{t(`words.subjectTreatment.${isDone ? 'done-' : ''}${row.treatment}`)}</Status>
                {row.recordIds.length > 0 ? <Look section={row.section} ids={row.recordIds} isOpen={row.reason === 'open'} /> : null}
                {row.reason ? <div className={row.reason === 'open' && !isDone ? 'warn' : 'soft'}>{t(`words.subjectReason.${row.reason}${isDone && row.reason === 'open' ? '-done' : ''}`)}{row.untilDate ? ` ${t('privacy.until', { day: date(row.untilDate) })}` : ''}</div> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">{t('privacy.notGuessed')}</p>
    </div>
  )
}

/** Records at which a human has to look before the person is told that nothing is left, and those that are better closed first. */
function Look({ section, ids, isOpen }: { section: string; ids: readonly string[]; isOpen: boolean }) {
  const { t } = useTranslation()
  const page = pageOf(section)
  if (page === undefined) return null
  return (
    <div className="row subject-look">
      <span className="soft">{t(isOpen ? 'privacy.stillOpen' : 'privacy.look')}</span>
      {ids.map((id, n) => <RecordLink key={id} section={section} page={page} id={id} n={n + 1} />)}
    </div>
  )
}

/** By number and name; of what the reader may not see, the place in the row. */
function RecordLink({ section, page, id, n }: { section: string; page: string; id: string; n: number }) {
  const can = useCan()
  const { data } = useRecord<{ number?: string; displayName?: string; title?: string; subject?: string }>(section, can(section) ? id : undefined)
  const words = [data?.number, data?.displayName ?? data?.title ?? data?.subject].filter(Boolean).join(' ') || number(n)
  return page === '/counterparties'
    ? <Link className="link num" to="/counterparties/$id" params={{ id }} target="_blank">{words}</Link>
    : <Link className="link num" to={page} search={{ open: id } as never} target="_blank">{words}</Link>
}
