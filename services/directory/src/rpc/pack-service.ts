import { inTx } from '@vitrylo/pg'
import type { PackServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/pack_service.ts'
import type { Deps, Handlers } from '@vitrylo/service'
import { installPack, presentOf, toPack } from '../pack/install-pack.ts'
import { packFile, packFiles } from '../pack/pack-files.ts'
import { installedPacks, listInstallations } from '../pack/pack-sql.ts'
import { planPack } from '../pack/plan-pack.ts'
import { rollbackPack } from '../pack/rollback-pack.ts'

export function packService({ pool }: Deps): Handlers<PackServiceServer> {
  return {
    listPacks: async () => {
      const installed = await installedPacks(pool)
      return { packs: packFiles().map((file) => toPack(file, installed.get(file.name))) }
    },
    previewPack: ({ name }) =>
      inTx(pool, async (tx) => {
        const file = packFile(name)
        return { pack: toPack(file, (await installedPacks(tx)).get(name)), changes: planPack(file, await presentOf(tx)).map(({ change }) => change) }
      }),
    installPack: ({ name }, { caller, now, transact }) => transact((tx) => installPack(tx, packFile(name), { caller, now })),
    rollbackPack: ({ name }, { caller, now, transact }) => transact((tx) => rollbackPack(tx, packFile(name), { caller, now })),
    listPackInstallations: (request, call) => listInstallations(pool, call, request),
  }
}
