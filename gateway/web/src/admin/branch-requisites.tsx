import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { useNames } from '../api/directory.ts'
import type { Branch, BranchRequisites } from '../api/types.ts'

export const noRequisites: BranchRequisites = { legalName: '', taxCode: '', vatNumber: '', iban: '', bankName: '', bankCode: '', legalAddress: '', director: '' }

/** Where what is empty comes from: value and branch, as the fields of a form show them. */
export function useInherited(inherited: Branch['inherited'] | undefined) {
  const { t } = useTranslation()
  const names = useNames()
  return (field: string, own: string) => {
    const found = own === '' ? inherited?.find((one) => one.field === field) : undefined
    if (found === undefined) return {}
    const branch = names.branch(found.branchId)
    return { placeholder: found.value, description: branch ? t('branches.from', { branch }) : t('branches.fromAbove') }
  }
}

type Props = { value: BranchRequisites; may: boolean; onChange: (patch: Partial<BranchRequisites>) => void; error: (field: string) => string | undefined; from: ReturnType<typeof useInherited> }

const wide = new Set<keyof BranchRequisites>(['legalName', 'iban', 'legalAddress', 'director'])
// A bank is shown from above only together with the account that it belongs to.
const ofAccount = new Set<keyof BranchRequisites>(['bankName', 'bankCode'])

/** What papers of the branch say of the firm. */
export function RequisitesInput({ value, may, onChange, error, from }: Props) {
  const { t } = useTranslation()
  return (
    <fieldset className="group-field w2">
      <legend>{t('branches.requisites')}</legend>
      <div className="form-grid">
        {(Object.keys(noRequisites) as (keyof BranchRequisites)[]).map((field) => (
          <div key={field} className={wide.has(field) ? 'w2' : undefined}>
            <TextInput
              disabled={!may} label={t(`branches.${field}`)} value={value[field]} onChange={(event) => onChange({ [field]: event.currentTarget.value })} error={error(`requisites.${field}`)}
              {...(ofAccount.has(field) && value.iban !== '' ? {} : from(`requisites.${field}`, value[field]))}
            />
          </div>
        ))}
      </div>
    </fieldset>
  )
}
