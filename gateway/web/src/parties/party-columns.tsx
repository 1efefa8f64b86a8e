import { Link } from '@tanstack/react-router'
import type { Names } from '../api/directory.ts'
import type { FieldRights } from '../api/me.ts'
import type { Counterparty } from '../api/types.ts'
import { isPast } from '../interactions/interaction-words.ts'
import { dateTime, when } from '../lib/format.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { Person } from '../ui/person.tsx'
import { VipMark } from '../ui/vip-mark.tsx'
import { mainChannel, phoneText } from './party.ts'
import { Roles } from './roles.tsx'

// What a column tells of, where its name does not say.
const FIELDS: Readonly<Record<string, string>> = { roles: 'roles', phone: 'channels', responsible: 'responsibleId', branch: 'branchId', code: 'taxCode', next: 'nextContactTime', last: 'lastContactTime' }

export const partyColumns = (names: Names, fields: FieldRights): GridColumn<Counterparty>[] => allColumns(names).filter(({ id }) => fields.shown(FIELDS[id] ?? id))

function allColumns(names: Names): GridColumn<Counterparty>[] {
  return [
    {
      id: 'name', head: 'parties.name', order: 'displayName',
      cell: (row) => (
        <span className="row">
          <Link className="name cut" to="/counterparties/$id" params={{ id: row.id }} title={row.displayName}>
            {row.displayName}
          </Link>
          {row.vip ? <VipMark /> : null}
        </span>
      ),
    },
    { id: 'roles', head: 'parties.roles', width: 168, cell: (row) => <Roles roles={row.roles} /> },
    { id: 'phone', head: 'parties.phone', width: 156, cell: (row) => <span className="num soft">{phoneText(mainChannel(row, 'phone'))}</span> },
    { id: 'responsible', head: 'parties.responsible', width: 148, cell: (row) => <span className="soft"><Person id={row.responsibleId} /></span> },
    { id: 'branch', head: 'parties.branch', width: 112, cell: (row) => <span className="soft" title={names.branch(row.branchId)}>{names.branch(row.branchId)}</span> },
    { id: 'code', head: 'parties.code', width: 110, cell: (row) => <span className="num soft">{row.taxCode}</span> },
    { id: 'next', head: 'interactions.next', width: 140, spare: 2, cell: (row) => <span className={`num ${isPast(row.nextContactTime) ? 'late-text' : 'soft'}`} title={row.nextContactTime ? dateTime(row.nextContactTime) : undefined}>{row.nextContactTime ? when(row.nextContactTime) : ''}</span> },
    { id: 'last', head: 'interactions.last', width: 132, spare: 1, cell: (row) => <span className="num soft" title={row.lastContactTime ? dateTime(row.lastContactTime) : undefined}>{row.lastContactTime ? when(row.lastContactTime) : ''}</span> },
    {
      id: 'updated', head: 'parties.updated', width: 148, spare: 0, order: 'updateTime',
      cell: (row) => <span className="num soft" title={row.updateTime ? dateTime(row.updateTime) : undefined}>{when(row.updateTime)}</span>,
    },
  ]
}
