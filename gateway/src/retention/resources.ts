import { scopeOf } from '@vitrylo/auth'
import { exec, sql } from '@vitrylo/pg'
import type { RetentionResource } from '@vitrylo/service'
import { within } from '../sessions/online-sql.ts'
import { signInList } from '../sessions/sign-in-sql.ts'

/** Entries of the journal of sign-ins go sooner than VITRYLO_SIGN_IN_JOURNAL_DAYS; the audit log keeps its own. */
export const retained: readonly RetentionResource[] = [{
  name: 'sign-ins',
  nameField: 'username',
  list: () => signInList,
  reach: ({ caller }, before) => ({
    from: sql`sign_in_entry s left join rights_employee e on e.id = s.employee_id`, row: sql`s`, id: sql`s.id`, name: sql`s.username`, since: sql`s.at`,
    where: sql`s.at < ${before} and ${within(caller)} and ${scopeOf(caller, 'privacy', 'delete', { branch: sql`e.branch_id`, owner: sql`s.employee_id` })}`,
    // They show where a session that goes on came from.
    holds: { 'open-session': sql`exists (select from session k where k.id = s.session_id)` },
  }),
  async take(tx, ids) {
    await exec(tx, sql`delete from sign_in_entry where id = any(${ids}::uuid[])`)
    return ids.length
  },
}]
