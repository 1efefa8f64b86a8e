import { useTranslation } from 'react-i18next'
import type { Counterparty } from '../api/types.ts'

/** The first role as a tag; the others as "+1" with their names in the title. */
export function Roles({ roles }: { roles: Counterparty['roles'] }) {
  const { t } = useTranslation()
  const [first, ...rest] = roles
  if (!first) return null
  const others = rest.map((role) => t(`words.role.${role}`)).join(', ')
  return (
    <span className="row gap4">
      <span className="tag">{t(`words.role.${first}`)}</span>
      {rest.length > 0 ? (
        <span className="tag" title={others}>
          +{rest.length}
          <span className="vh">: {others}</span>
        </span>
      ) : null}
    </span>
  )
}
