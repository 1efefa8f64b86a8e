import { branches, people, type TestService } from '@vitrylo/testkit'

/** Puts the branches and people of the tests where directory itself keeps them. */
export async function settle({ pool }: TestService): Promise<void> {
  for (const [name, id] of Object.entries(branches)) {
    await pool.query(`insert into branch (id, name, code, revision, created_at, updated_at) values ($1, $2, $2, 1, now(), now()) on conflict do nothing`, [id, `тест ${name}`])
  }
  for (const [username, person] of Object.entries(people)) {
    const { id, name, branch, groups } = person
    await pool.query(
      `insert into employee (id, display_name, position, email, branch_id, username, groups, disabled, external_id, revision, created_at, updated_at)
       values ($1, $2, '', $3, $4, $5, $6, $7, '', 1, now(), now()) on conflict do nothing`,
      [id, name, `${username}@vitrylo.example`, branches[branch], `test-${username}`, groups, 'disabled' in person],
    )
  }
}
