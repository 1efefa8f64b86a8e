import { useTranslation } from 'react-i18next'
import type { Funnel, Pipeline } from '../api/types.ts'
import { money, number } from '../lib/format.ts'

const sums = (amounts: { amount: string; currency: string }[]) => amounts.map((one) => money(one)).join(' + ') || '—'
const oneDigit = (value: number) => number(value, { maximumFractionDigits: 1 })

/** How opportunities came through: bars by stage, and the outcome. */
export function FunnelView({ funnel, pipeline }: { funnel: Funnel; pipeline: Pipeline }) {
  const { t } = useTranslation()
  const most = Math.max(1, ...funnel.stages.map((stage) => Number(stage.entered)))
  const figures = [
    [t('sales.funnel.open'), number(funnel.openCount)],
    [t('sales.funnel.won'), `${number(funnel.wonCount)} · ${sums(funnel.wonAmounts)}`],
    [t('sales.funnel.lost'), number(funnel.lostCount)],
    [t('sales.funnel.winRate'), t('ui.percent', { value: oneDigit(funnel.winRatePercent) })],
    [t('sales.funnel.daysToWin'), oneDigit(funnel.meanDaysToWin)],
  ]
  return (
    <div className="funnel scroll" role="region" aria-label={pipeline.name} tabIndex={0}>
      <dl className="fn-figures">
        {figures.map(([label, value]) => (
          <div key={label}><dt>{label}</dt><dd className="num">{value}</dd></div>
        ))}
      </dl>
      <table className="grid fn-table">
        <colgroup><col className="fn-name" /><col /><col className="fn-num" /><col className="fn-num" /><col className="fn-num" /><col className="fn-money" /><col className="fn-money" /></colgroup>
        <thead>
          <tr>
            <th scope="col">{t('sales.stage')}</th><th scope="col">{t('sales.funnel.entered')}</th>
            <th scope="col" className="r">{t('sales.funnel.conversion')}</th><th scope="col" className="r">{t('sales.funnel.stay')}</th><th scope="col" className="r">{t('sales.funnel.now')}</th>
            <th scope="col" className="r">{t('sales.funnel.amount')}</th><th scope="col" className="r">{t('sales.funnel.weighted')}</th>
          </tr>
        </thead>
        <tbody>
          {funnel.stages.map((row) => (
            <tr key={row.stageId}>
              <td className="medium">{pipeline.stages.find((stage) => stage.id === row.stageId)?.name ?? '—'}</td>
              <td><span className="row"><span className="fn-bar"><i style={{ width: `${(Number(row.entered) / most) * 100}%` }} /></span><span className="num">{number(row.entered)}</span></span></td>
              <td className="r num">{t('ui.percent', { value: oneDigit(row.conversionPercent) })}</td>
              <td className="r num">{oneDigit(row.meanStayDays)}</td>
              <td className="r num">{number(row.openCount)}</td>
              <td className="r num fn-sums">{sums(row.openAmounts)}</td>
              <td className="r num soft fn-sums">{sums(row.weightedAmounts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
