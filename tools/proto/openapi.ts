// Writes gateway/openapi.json. It is committed and compared, because `buf breaking` does not see paths, rights and limits.
import { writeFileSync } from 'node:fs'
import { openApi } from '@vitrylo/gateway/openapi'
import { loadContract } from '@vitrylo/proto/contract.ts'

const target = new URL('../../gateway/openapi.json', import.meta.url)
writeFileSync(target, `${JSON.stringify(openApi(loadContract()), null, 2)}\n`)
