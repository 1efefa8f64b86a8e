import { fileHandlers } from '@vitrylo/files'
import { sql } from '@vitrylo/pg'
import { OpportunityFileServiceService, type OpportunityFileServiceServer } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_file_service.ts'
import { serve, type Deps, type Served } from '@vitrylo/service'
import { scope } from '../opportunity/opportunity-sql.ts'

/** Files in custom fields: given to whoever may see the record, as its own answers decide it. */
export function fileServices(deps: Deps): Served[] {
  const files = fileHandlers(deps, 'sales', 'opportunities', ({ caller }, id) => sql`select o.custom from opportunity o where o.id = ${id} and ${scope(caller, 'view')}`)
  return [
    serve<OpportunityFileServiceServer>(OpportunityFileServiceService, { uploadOpportunityFile: files.upload, downloadOpportunityFile: files.download }),
  ]
}
