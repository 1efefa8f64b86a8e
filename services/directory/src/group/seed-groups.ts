import { inTx, one, sql } from '@vitrylo/pg'
import { newId, type Deps } from '@vitrylo/service'
import { insertGrants, publishGrants } from './grant-sql.ts'
import { insertGroup } from './group-sql.ts'
import { everyRight } from './sections.ts'

const FIRST_GROUPS = [
  { name: 'administrators', title: 'Адміністратори' },
  { name: 'integrations', title: 'Інтеграції' },
]

/** A new installation has two groups with every right: without them nobody could give any. Existing groups are left alone. */
export async function seedGroups({ pool, now }: Deps): Promise<void> {
  await inTx(pool, async (tx) => {
    await one(tx, sql`select pg_advisory_xact_lock(hashtext('directory.seed'))`)
    const any = await one(tx, sql`select 1 as yes from user_group limit 1`)
    if (any !== undefined) return
    for (const first of FIRST_GROUPS) {
      const group = await insertGroup(tx, { ...first, id: newId(), etag: '', memberCount: 0, createTime: undefined, updateTime: undefined, employeeId: undefined, requestsPerMinute: 0, bulkReadsPerHour: 0 }, now())
      await insertGrants(tx, group.id, everyRight('all'))
      await publishGrants(tx, group)
    }
  })
}
