import { useTranslation } from 'react-i18next'

/** The shape of a page while its code is on the way: a title, a bar, rows. */
export function PageBones() {
  const { t } = useTranslation()
  return (
    <div className="page-bones" aria-busy="true">
      <span className="vh" role="status">{t('ui.loading')}</span>
      <span className="bone title" />
      {Array.from({ length: 14 }, (_, row) => <span key={row} className={`bone b${row % 4}`} />)}
    </div>
  )
}
