import { sql, type Sql } from '@vitrylo/pg'
import type { Subject, SubjectPlace } from '@vitrylo/service'

/**
 * Files of records of a person: their file names them and where they are fetched, an erasure takes name and bytes, also of those
 * that were replaced and could still come back. It stands behind the records, so that it is erased before them.
 */
export const filePlace = (records: (subject: Subject) => Sql): SubjectPlace => ({
  name: 'file', table: 'stored_file', treatment: 'empty', goes: true,
  // Whose record held it before a merge was undone, say, has no part in it while a record of somebody else holds it.
  of: (subject) => sql`exists (select from file_hold h where h.file_id = t.id and h.record_id = any(${records(subject)}))
    and not exists (select from file_hold o where o.file_id = t.id and o.released_at is null and o.record_id <> all(${records(subject)}))`,
  stays: ['id', 'resource', 'field', 'size', 'uploader', 'created_at'],
  set: () => ({ state: sql`'going'`, keep_until: sql`'-infinity'::timestamptz` }),
  shown: (subject) => sql`jsonb_build_object('field', t.field, 'name', t.name, 'type', t.content_type, 'size', t.size, 'created_at', t.created_at,
    'address', (select '/api/v1/' || t.resource || '/' || h.record_id || '/files/' || t.id from file_hold h
                where h.file_id = t.id and h.record_id = any(${records(subject)}) order by h.released_at desc nulls first limit 1))`,
})
