import type { Cluster } from './cluster.ts'
import { NAMESPACE } from './product.ts'
import { run } from './shell.ts'

const READ = `const answer = await fetch('http://127.0.0.1:9090/metrics'); process.stdout.write(await answer.text())`

/** What a pod tells of itself, read inside it: policies let nobody but the collector of metrics in. */
export const metricsOf = (cluster: Cluster, pod: string): Promise<string> =>
  run('kubectl', ['-n', NAMESPACE, 'exec', pod, '--', 'node', '--input-type=module', '-e', READ], { env: cluster.env })
