import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'node:net'
import { once } from 'node:events'
import { run } from './shell.ts'

export type Cluster = {
  how: string
  /** With KUBECONFIG, and the tools on PATH. */
  env: NodeJS.ProcessEnv
  /** Names of images that an engine of this machine holds, with tag. */
  load(images: readonly string[]): Promise<void>
  /** An address of this machine that pods reach. */
  host: string
  /** docker pulls what the chart names; elsewhere the stores' images are made here. */
  registry: boolean
}

/**
 * kind where docker answers; else the cluster of the folder VITRYLO_CLUSTER_RIG, which has the programs `up`, `load-image`
 * and `lib.sh`, and where `build` was run; else a reason why there is none.
 */
export async function findCluster(env: NodeJS.ProcessEnv): Promise<Cluster | string> {
  const rig = env.VITRYLO_CLUSTER_RIG
  if (rig !== undefined && rig !== '') return fromRig(rig, env)
  const docker = await run('docker', ['info']).then(() => true, () => false)
  const kind = await run('kind', ['version']).then(() => true, () => false)
  if (docker && kind) return fromKind(env)
  return 'a Kubernetes is needed: docker with kind, or VITRYLO_CLUSTER_RIG'
}

const KIND = 'vitrylo-test'

async function fromKind(env: NodeJS.ProcessEnv): Promise<Cluster> {
  const clusters = await run('kind', ['get', 'clusters'])
  if (!clusters.split('\n').includes(KIND)) {
    const config = new URL('../../../deploy/k8s/kind.yaml', import.meta.url)
    await run('kind', ['create', 'cluster', '--name', KIND, '--wait', '180s', ...(existsSync(config) ? ['--config', config.pathname] : [])])
  }
  const gateway = await run('docker', ['network', 'inspect', 'kind', '--format', '{{range .IPAM.Config}}{{.Gateway}} {{end}}'])
  return {
    how: `kind, cluster ${KIND}`,
    env,
    host: gateway.split(' ').find((address) => address.includes('.'))!,
    registry: true,
    load: async (images) => void (await run('kind', ['load', 'docker-image', '--name', KIND, ...images])),
  }
}

async function fromRig(rig: string, env: NodeJS.ProcessEnv): Promise<Cluster | string> {
  if (!existsSync(join(rig, 'up'))) return `VITRYLO_CLUSTER_RIG is ${rig}, where there is no program up`
  const folder = (await run('bash', ['-c', '. "$1/lib.sh" && echo "$LAB"', 'bash', rig], { env })).trim()
  if (!existsSync(join(folder, 'bin/kubelet'))) return `the cluster of ${rig} is not built yet: run its program build`
  await run(join(rig, 'up'), [], { env })
  const own = { ...env, KUBECONFIG: join(folder, 'pki/admin.conf'), PATH: `${folder}/bin:${env.PATH}` }
  const server = (await run('kubectl', ['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'], { env: own })).trim()
  return {
    how: `cluster of ${rig}`,
    env: own,
    host: await addressTowards(new URL(server)),
    registry: false,
    async load(images) {
      for (const image of images) await run(join(rig, 'load-image'), [image], { env })
    },
  }
}

/** The address by which this machine talks to the cluster: the way back is the same. */
async function addressTowards(server: URL): Promise<string> {
  const socket = createConnection(Number(server.port), server.hostname)
  await once(socket, 'connect')
  const { localAddress } = socket
  socket.destroy()
  return localAddress!
}
