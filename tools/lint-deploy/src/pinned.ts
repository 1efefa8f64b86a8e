/** The Kubernetes versions that the chart promises: the oldest and the newest. Schemas of both are installed. */
export const KUBERNETES = { oldest: '1.30.0', newest: '1.37.0' } as const

/** A program built from source by Go. `flags` are for the linker, `tags` choose parts of it. */
export type GoTool = { name: string; module: string; version: string; main: string; flags?: readonly string[]; tags?: string }

const [, minor] = KUBERNETES.newest.split('.')

/** Helm built without its release scripts takes Kubernetes 1.20 for granted; these are the variables that they set. */
const helm3 = (version: string) => [
  `helm.sh/helm/v3/internal/version.version=${version}`,
  ...['pkg/lint/rules', 'pkg/chartutil'].flatMap((where) => [
    `helm.sh/helm/v3/${where}.k8sVersionMajor=1`,
    `helm.sh/helm/v3/${where}.k8sVersionMinor=${minor}`,
  ]),
]

/** In the order in which they are built: each finds compiled what it shares with those before. */
export const GO_TOOLS: readonly GoTool[] = [
  { name: 'helm', module: 'helm.sh/helm/v3', version: 'v3.22.0', main: 'cmd/helm', flags: helm3('v3.22.0') },
  { name: 'kubeconform', module: 'github.com/yannh/kubeconform', version: 'v0.8.0', main: 'cmd/kubeconform' },
  // Holds helm 3.21.3 inside.
  {
    name: 'helm-unittest', module: 'github.com/helm-unittest/helm-unittest', version: 'v1.1.2', main: 'cmd/helm-unittest',
    flags: helm3('v3.21.3'),
  },
  { name: 'kube-score', module: 'github.com/zegl/kube-score', version: 'v1.20.0', main: 'cmd/kube-score' },
  // Without the clients of every cloud, by which a server finds its targets.
  { name: 'promtool', module: 'github.com/prometheus/prometheus', version: 'v0.314.0', main: 'cmd/promtool', tags: 'remove_all_sd' },
  { name: 'kustomize', module: 'sigs.k8s.io/kustomize/kustomize/v5', version: 'v5.7.1', main: '' },
  {
    name: 'docker-compose', module: 'github.com/docker/compose/v5', version: 'v5.5.1', main: 'cmd',
    flags: ['github.com/docker/compose/v5/internal.Version=v5.5.1'],
  },
  {
    name: 'helm4', module: 'helm.sh/helm/v4', version: 'v4.3.1', main: 'cmd/helm',
    flags: ['helm.sh/helm/v4/internal/version.version=v4.3.1'],
  },
  {
    name: 'skaffold', module: 'github.com/GoogleContainerTools/skaffold/v2', version: 'v2.16.1', main: 'cmd/skaffold',
    flags: ['github.com/GoogleContainerTools/skaffold/v2/pkg/skaffold/version.version=v2.16.1'],
  },
]

/** The Python package that carries the JSON schemas of every kind of every Kubernetes. */
export const SCHEMA_PACKAGE = { name: 'kubernetes-validate', version: '1.37.0' } as const
