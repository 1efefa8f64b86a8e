import { afterAll, beforeAll } from '@jest/globals'
import { startFirm } from './firm.ts'
import { setStage, type Stage } from './stage.ts'
import { appends } from './appends.ts'
import { forgedTokens } from './forged-tokens.ts'
import { hostileFiles } from './hostile-files.ts'
import { hostileWords } from './hostile-words.ts'
import { onePool } from './one-pool.ts'
import { outOfReach } from './out-of-reach.ts'
import { ownedFields } from './owned-fields.ts'
import { races } from './races.ts'
import { repeats } from './repeats.ts'
import { rightsByRest } from './rights-by-rest.ts'

// One firm for all: starting it costs more than most of what is asked of it.
let stage: Stage
beforeAll(async () => {
  stage = await setStage(await startFirm())
})
afterAll(() => stage?.firm.stop())

const on = () => stage
ownedFields(on)
outOfReach(on)
rightsByRest(on)
races(on)
repeats(on)
hostileWords(on)
hostileFiles(on)
forgedTokens(on)
appends(on)
onePool(on)
