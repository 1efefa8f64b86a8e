import { sql, type Sql } from '@vitrylo/pg'
import type { Subject, SubjectPlace } from '@vitrylo/service'

type Whose = {
  /** Records of the person that this service imports, as uuid[]. */
  records: (subject: Subject) => Sql
  /** Whether a refused row (alias t, `t.cells`) holds something of the person. */
  inError: (subject: Subject) => Sql
}

/** What imports remember of a person: rows that can be taken back, the file, rows that were refused. */
export function importPlaces({ records, inError }: Whose): SubjectPlace[] {
  const inBatch = (s: Subject): Sql => sql`import_touched(t.created, t.updated) && ${records(s)}`
  const updated = (s: Subject, theirs: boolean): Sql =>
    sql`coalesce((select jsonb_agg(u) from jsonb_array_elements(t.updated) u where ((u->>'id')::uuid = any(${records(s)})) = ${theirs}), '[]'::jsonb)`
  return [
    {
      name: 'import-row', table: 'import_batch', of: inBatch, treatment: 'empty', stays: ['import_id', 'run', 'first_row', 'part', 'kind', 'at'],
      // The undo of the import finds nothing of the person any more.
      set: (s) => ({ created: sql`array(select c from unnest(t.created) c where c <> all(${records(s)}))`, updated: updated(s, false) }),
      shown: (s) => sql`jsonb_build_object('importId', t.import_id, 'at', t.at, 'updated', ${updated(s, true)})`,
    },
    {
      name: 'import-file', table: 'import_chunk', treatment: 'delete', derived: true,
      of: (s) => sql`(t.import_id in (select t.import_id from import_batch t where ${inBatch(s)})
        and exists (select from import i where i.id = t.import_id and i.state not in ('uploading', 'running', 'paused')))`,
    },
    { name: 'import-error', table: 'import_error', of: inError, treatment: 'delete' },
  ]
}
