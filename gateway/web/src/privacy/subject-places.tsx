import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import type { SubjectRequest } from '../api/types.ts'
import { pageOf } from '../audit/audit-words.ts'
import { date, number } from '../lib/format.ts'
import { Status } from '../ui/status.tsx'

const TONES = { delete: 'bad', empty: 'warn', keep: 'neutral', unspecified: 'neutral' } as const

/** What an erasure does, place by place: removed, emptied, or kept with the reason and the day. */
export function SubjectPlaces({ request }: { request: SubjectRequest }) {
  const { t } = useTranslation()
  const rows = request.answers.flatMap(({ service, places }) => places.map((place) => ({ ...place, service })))
  if (rows.length === 0) return <p className="soft dlg-p">{t('privacy.nothing')}</p>
  return (
    <div className="subject-places">
      <table>
        <thead><tr><th>{t('privacy.place')}</th><th className="num">{t('privacy.rows')}</th><th>{t('privacy.what')}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.service}/${row.name}`}>
              <td>{t(`words.subjectPlace.${row.name}`)}</td>
              <td className="num">{number(row.rowCount)}</td>
              <td>
                <Status tone={TONES[row.treatment]}>{t(`words.subjectTreatment.${row.treatment}`)}</Status>
                {row.recordIds.length > 0 ? <Look section={row.section} ids={row.recordIds} /> : null}
                {row.reason ? <div className="soft">{t(`words.subjectReason.${row.reason}`)}{row.untilDate ? ` ${t('privacy.until', { day: date(row.untilDate) })}` : ''}</div> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">{t('privacy.notGuessed')}</p>
    </div>
  )
}

/** Records of others at which a human has to look before the person is told that nothing is left. */
function Look({ section, ids }: { section: string; ids: readonly string[] }) {
  const { t } = useTranslation()
  const page = pageOf(section)
  if (page === undefined) return null
  return (
    <div className="row subject-look">
      <span className="soft">{t('privacy.look')}</span>
      {ids.map((id, n) => (page === '/counterparties'
        ? <Link key={id} className="link num" to="/counterparties/$id" params={{ id }} target="_blank">{number(n + 1)}</Link>
        : <Link key={id} className="link num" to={page} search={{ open: id } as never} target="_blank">{number(n + 1)}</Link>))}
    </div>
  )
}
