import { invalid } from '@vitrylo/errors'
import type { StaffPosition } from '@vitrylo/proto/vitrylo/directory/v1/staff_position.ts'
import type { StaffPositionServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/staff_position_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import {
  deleteStaffPosition, getStaffPosition, insertStaffPosition, listStaffPositions, lockStaffPosition, moveEmployees, updateStaffPosition,
} from '../position/staff-position-sql.ts'

export function staffPositionService({ pool }: Pick<Deps, 'pool'>): Handlers<StaffPositionServiceServer> {
  return {
    getStaffPosition: ({ id }) => getStaffPosition(pool, id),
    listStaffPositions: (request, call) => listStaffPositions(pool, call, request),
    createStaffPosition: ({ staffPosition }, { now, transact }) => transact((tx) => insertStaffPosition(tx, checked({ ...staffPosition!, id: newId() }), now)),
    updateStaffPosition: ({ staffPosition, updateMask }, { now, transact }) =>
      transact(async (tx) => {
        const current = await lockStaffPosition(tx, staffPosition!.id, staffPosition!.etag)
        const { next, changed } = applyMask(current, staffPosition!, updateMask, ['name', 'archived'])
        return changed.length === 0 ? current : updateStaffPosition(tx, checked(next), now)
      }),
    deleteStaffPosition: ({ id, etag }, { transact }) =>
      transact(async (tx) => {
        await lockStaffPosition(tx, id, etag)
        await deleteStaffPosition(tx, id)
        return {}
      }),
    mergeStaffPositions: ({ id, intoId }, { transact }) =>
      transact(async (tx) => {
        if (id === intoId) throw invalid([{ field: 'intoId', rule: 'reference', description: 'must be another position' }])
        // In one order, so that two who merge them crosswise do not wait for each other.
        for (const each of [id, intoId].toSorted()) await lockStaffPosition(tx, each, '')
        const moved = await moveEmployees(tx, id, intoId)
        await deleteStaffPosition(tx, id)
        return { staffPosition: await getStaffPosition(tx, intoId), moved }
      }),
  }
}

/** As it is stored: no blanks around, and none of blanks alone. */
function checked(given: StaffPosition): StaffPosition {
  const name = { uk: given.name?.uk.trim() ?? '', en: given.name?.en.trim() ?? '' }
  const wrong = (['uk', 'en'] as const).flatMap((language) => (name[language] === '' ? [{ field: `name.${language}`, rule: 'required', description: 'must not be blank' }] : []))
  if (wrong.length > 0) throw invalid(wrong)
  return { ...given, name }
}
