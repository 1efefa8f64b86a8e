import { writeFileSync } from 'node:fs'
import { contacts } from '@vitrylo/contacts'
import { factsOf } from '@vitrylo/lists'
import { sales } from '@vitrylo/sales'
import { serviceDesk } from '@vitrylo/service-desk'
import { telephony } from '@vitrylo/telephony'

/** Fields of all lists, for those who have no table: the filter builder, saved filters, the documentation. */
const services = [contacts, sales, serviceDesk, telephony]
const lists = services.flatMap(({ lists: own = {} }) => Object.entries(own))
const catalogue = Object.fromEntries(lists.map(([name, definition]) => [name, factsOf(definition)]))
writeFileSync(new URL('../../libs/lists/fields.json', import.meta.url), `${JSON.stringify(catalogue, null, 1)}\n`)
