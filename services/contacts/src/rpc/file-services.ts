import { fileHandlers } from '@vitrylo/files'
import { sql } from '@vitrylo/pg'
import { CounterpartyFileServiceService, type CounterpartyFileServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_file_service.ts'
import { ContactPersonFileServiceService, type ContactPersonFileServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_file_service.ts'
import { livingId, serve, type Deps, type Served } from '@vitrylo/service'
import { places } from '../contact-person/contact-person-row.ts'
import { scope } from '../counterparty/counterparty-sql.ts'

/** Files in custom fields: given to whoever may see the record, as its own answers decide it. */
export function fileServices(deps: Deps): Served[] {
  const parties = fileHandlers(deps, 'contacts', 'counterparties', ({ caller }, id) => sql`select c.custom from counterparty c where c.id = ${livingId(id)} and ${scope(caller, 'view')}`)
  const persons = fileHandlers(deps, 'contacts', 'contact-persons', ({ caller }, id) => sql`select p.custom from contact_person p ${places(caller, 'view')} where p.id = ${id} and o.positions is not null`)
  return [
    serve<CounterpartyFileServiceServer>(CounterpartyFileServiceService, { uploadCounterpartyFile: parties.upload, downloadCounterpartyFile: parties.download }),
    serve<ContactPersonFileServiceServer>(ContactPersonFileServiceService, { uploadContactPersonFile: persons.upload, downloadContactPersonFile: persons.download }),
  ]
}
