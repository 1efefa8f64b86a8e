import { fileHandlers } from '@vitrylo/files'
import { sql } from '@vitrylo/pg'
import { RequestFileServiceService, type RequestFileServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_file_service.ts'
import { serve, type Deps, type Served } from '@vitrylo/service'
import { scope } from '../request/request-sql.ts'

/** Files in custom fields: given to whoever may see the record, as its own answers decide it. */
export function fileServices(deps: Deps): Served[] {
  const files = fileHandlers(deps, 'service-desk', 'requests', ({ caller }, id) => sql`select r.custom from request r where r.id = ${id} and ${scope(caller, 'view')}`)
  return [
    serve<RequestFileServiceServer>(RequestFileServiceService, { uploadRequestFile: files.upload, downloadRequestFile: files.download }),
  ]
}
