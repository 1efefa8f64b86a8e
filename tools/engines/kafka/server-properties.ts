import type { Security } from './security.ts'

type Secure = Security & { tls: number; mutual: number }
type Settings = { host: string; port: number; controller: number; data: string; secure?: Secure }

/** Beside the open listener one that asks for a user over TLS, and one that asks for the client's certificate. */
function listeners({ host, port, controller, secure }: Settings): string {
  const open = `PLAINTEXT://${host}:${port}`
  const closed = secure ? `,SASL_SSL://localhost:${secure.tls},SSL://localhost:${secure.mutual}` : ''
  return `listeners=${open}${closed},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=${open}${closed}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
${secure ? secured(secure) : ''}`
}

function secured({ username, password, brokerStore, ca }: Secure): string {
  const jaas = 'org.apache.kafka.common.security'
  return `ssl.keystore.type=PEM
ssl.keystore.location=${brokerStore}
ssl.truststore.type=PEM
ssl.truststore.location=${ca}
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${jaas}.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=${jaas}.plain.PlainLoginModule required user_${username}="${password}";
`
}

/** One node in both roles, as small and as quick to start as it gets. */
export function serverProperties(settings: Settings): string {
  const { controller, data } = settings
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
${listeners(settings)}controller.listener.names=CONTROLLER
log.dirs=${data}/log
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=2
group.initial.rebalance.delay.ms=100
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=4
background.threads=2
log.cleaner.dedupe.buffer.size=8388608
`
}
