{{/* Sentences for what cannot work together, as a JSON list. `requirements.yaml` refuses the release when there is any. */}}
{{- define "vitrylo.requirements" -}}
{{- $wrong := list -}}
{{- range list "origin" "stores" "services" "jobs" "tls" "edge" "network" "telemetry" -}}
{{- $wrong = concat $wrong (include (printf "vitrylo.requirements.%s" .) $ | fromJsonArray) -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "vitrylo.requirements.origin" -}}
{{- $wrong := list -}}{{- $v := .Values -}}{{- $trial := or $v.trial.postgres.enabled $v.trial.kafka.image $v.trial.keycloak.image -}}
{{- if not $v.origin -}}{{- $wrong = append $wrong "origin is missing: say how browsers reach Vitrylo, for instance --set origin=https://crm.example.ua" -}}{{- end -}}
{{- if and $trial (lt (len $v.trial.password) 16) -}}{{- $wrong = append $wrong "trial.password must have at least 16 letters: --set trial.password=$(openssl rand -hex 16)" -}}{{- end -}}
{{- if and (not $trial) $v.trial.password -}}{{- $wrong = append $wrong "trial.password is set but no store of the trial is on; an installation has its own Secrets" -}}{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "vitrylo.requirements.stores" -}}
{{- $wrong := list -}}{{- $v := .Values -}}
{{- if and (not $v.database.host) (not $v.trial.postgres.enabled) -}}{{- $wrong = append $wrong "database.host is missing: name a PostgreSQL, or set trial.postgres.enabled=true for a trial" -}}{{- end -}}
{{- if and $v.database.host $v.trial.postgres.enabled -}}{{- $wrong = append $wrong "database.host and trial.postgres.enabled are both set: choose one" -}}{{- end -}}
{{- if and $v.database.host (eq $v.database.tls.mode "verify-full") (not $v.database.tls.caSecret) -}}{{- $wrong = append $wrong "database.tls.caSecret is missing: verify-full needs the authority's certificate" -}}{{- end -}}
{{- if and (eq $v.bus.kind "kafka") (not $v.bus.kafka.brokers) (not $v.trial.kafka.image) -}}{{- $wrong = append $wrong "bus.kafka.brokers is empty: name brokers, or set bus.kind=postgres for one small installation" -}}{{- end -}}
{{- if and $v.bus.kafka.brokers $v.trial.kafka.image -}}{{- $wrong = append $wrong "bus.kafka.brokers and trial.kafka.image are both set: choose one" -}}{{- end -}}
{{- if and (eq $v.bus.kind "postgres") (or $v.bus.kafka.brokers $v.trial.kafka.image) -}}{{- $wrong = append $wrong "bus.kind is postgres, but Kafka is named too: choose one" -}}{{- end -}}
{{- if and (eq $v.bus.kind "kafka") $v.bus.kafka.brokers (eq $v.bus.kafka.authentication "tls") (not $v.bus.kafka.caSecret) -}}{{- $wrong = append $wrong "bus.kafka.caSecret is missing: authentication by certificate needs the authority's" -}}{{- end -}}
{{- if and (not $v.oidc.issuer) (not $v.trial.keycloak.image) -}}{{- $wrong = append $wrong "oidc.issuer is missing: name the realm, for instance https://id.example.ua/realms/vitrylo" -}}{{- end -}}
{{- if and $v.oidc.issuer $v.trial.keycloak.image -}}{{- $wrong = append $wrong "oidc.issuer and trial.keycloak.image are both set: choose one" -}}{{- end -}}
{{- if and $v.trial.keycloak.image (not $v.trial.postgres.enabled) -}}{{- $wrong = append $wrong "trial.keycloak.image needs trial.postgres.enabled=true: it keeps its users there" -}}{{- end -}}
{{- if and $v.files.s3.endpoint (not $v.files.s3.bucket) -}}{{- $wrong = append $wrong "files.s3.bucket is missing: name the bucket at files.s3.endpoint that keeps the files" -}}{{- end -}}
{{- if and (not $v.files.s3.endpoint) (or $v.files.s3.bucket $v.files.s3.prefix $v.files.s3.secret) -}}{{- $wrong = append $wrong "files.s3.endpoint is missing: without it no bucket is used, and fields of the kind file answer FILES_OFF" -}}{{- end -}}
{{- if and $v.externalSecrets.enabled $v.trial.password -}}{{- $wrong = append $wrong "externalSecrets.enabled and trial.password are both set: the same Secrets would be made twice" -}}{{- end -}}
{{- if and $v.externalSecrets.enabled (not $v.externalSecrets.store.name) -}}{{- $wrong = append $wrong "externalSecrets.store.name is missing" -}}{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "vitrylo.requirements.services" -}}
{{- $wrong := list -}}{{- $v := .Values -}}{{- $services := include "vitrylo.services" . | fromJson -}}
{{- range $name, $service := $services -}}
{{- range $target := keys $service.calls | sortAlpha -}}
{{- if not (hasKey $services $target) -}}{{- $wrong = append $wrong (printf "services.%s.calls names %s, which is no enabled service" $name $target) -}}
{{- else if ne (get $services $target).protocol "grpc" -}}{{- $wrong = append $wrong (printf "services.%s.calls names %s, which does not speak gRPC" $name $target) -}}{{- end -}}
{{- end -}}
{{- if and $service.autoscaling.enabled $service.keda.enabled -}}{{- $wrong = append $wrong (printf "services.%s has autoscaling.enabled and keda.enabled: two autoscalers would fight, choose one" $name) -}}{{- end -}}
{{- if gt (int $service.autoscaling.minReplicas) (int $service.autoscaling.maxReplicas) -}}{{- $wrong = append $wrong (printf "services.%s.autoscaling.minReplicas is above maxReplicas" $name) -}}{{- end -}}
{{- if and $service.keda.enabled (ne $v.bus.kind "kafka") -}}{{- $wrong = append $wrong (printf "services.%s.keda.enabled needs bus.kind=kafka: it scales on the lag of its consumers" $name) -}}{{- end -}}
{{- if and $service.keda.enabled (gt (int $service.autoscaling.maxReplicas) (int $v.bus.kafka.partitions)) -}}{{- $wrong = append $wrong (printf "services.%s.autoscaling.maxReplicas is above bus.kafka.partitions: more pods would have nothing to consume" $name) -}}{{- end -}}
{{- if gt (len (printf "%s-%s-migrate" (include "vitrylo.fullname" $) $name)) 63 -}}{{- $wrong = append $wrong (printf "services.%s has too long a name" $name) -}}{{- end -}}
{{- end -}}
{{- range list "gateway" "directory" -}}
{{- if not (hasKey $services .) -}}{{- $wrong = append $wrong (printf "services.%s is off, and nothing works without it" .) -}}{{- end -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "vitrylo.requirements.jobs" -}}
{{- $wrong := list -}}{{- $v := .Values -}}
{{- if and $v.jobs.hooks $v.trial.postgres.enabled .Release.IsInstall -}}{{- $wrong = append $wrong "jobs.hooks runs before the PostgreSQL of this release: set jobs.hooks=false for the first install of a trial" -}}{{- end -}}
{{- if and $v.jobs.hooks $v.trial.kafka.image -}}{{- $wrong = append $wrong "jobs.hooks runs before the Kafka of this release: set jobs.hooks=false" -}}{{- end -}}
{{- if and $v.jobs.hooks $v.trial.keycloak.image -}}{{- $wrong = append $wrong "jobs.hooks runs before the Keycloak of this release: set jobs.hooks=false" -}}{{- end -}}
{{- if and $v.oidc.realmJob.enabled (not $v.trial.keycloak.image) (not $v.oidc.realmJob.adminSecret) -}}{{- $wrong = append $wrong "oidc.realmJob.adminSecret is missing: the job is Keycloak's administrator" -}}{{- end -}}
{{- $internal := include "vitrylo.internalIssuer" . -}}
{{- if and (or $v.oidc.realmJob.enabled $v.oidc.provisioning.enabled) $internal (not (regexMatch "/realms/[^/]+$" $internal)) -}}{{- $wrong = append $wrong "oidc.internalUrl must end with /realms/<name>: oidc.realmJob and oidc.provisioning work on a Keycloak" -}}{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "vitrylo.requirements.tls" -}}
{{- $wrong := list -}}{{- $v := .Values -}}
{{- if and (eq $v.tls.mode "certManager") (not $v.tls.issuer.name) -}}{{- $wrong = append $wrong "tls.issuer.name is missing: certManager needs an issuer" -}}{{- end -}}
{{- if and (ne $v.tls.mode "certManager") $v.tls.issuer.name -}}{{- $wrong = append $wrong "tls.issuer.name is set but tls.mode is not certManager: nothing would be encrypted by it" -}}{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "vitrylo.requirements.edge" -}}
{{- $wrong := list -}}{{- $v := .Values -}}{{- $gateway := $v.gateway -}}
{{- if and $gateway.httpRoute.enabled (not $gateway.httpRoute.parentRefs) -}}{{- $wrong = append $wrong "gateway.httpRoute.parentRefs is empty: name the Gateway that the route joins" -}}{{- end -}}
{{- if and (or $gateway.ingress.enabled $gateway.httpRoute.enabled) (not $gateway.trustedProxies) -}}{{- $wrong = append $wrong "gateway.trustedProxies is empty: all browsers would have the address of the ingress controller, and share one limit of requests" -}}{{- end -}}
{{- range $gateway.trustedProxies -}}{{- if regexMatch "^[0-9.]+/([0-9]|1[0-2])$" . -}}{{- $wrong = append $wrong (printf "gateway.trustedProxies holds %s, in which browsers of offices are, too: whoever has an address of it writes the one that limits and the journal of sign-ins go by; name the network of the ingress controller's pods" .) -}}{{- end -}}{{- end -}}
{{- if and $gateway.ingress.tlsSecret (hasPrefix "http:" $v.origin) -}}{{- $wrong = append $wrong "gateway.ingress.tlsSecret is set but origin begins with http: browsers would be sent to the wrong address" -}}{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "vitrylo.requirements.network" -}}
{{- $wrong := list -}}{{- $v := .Values -}}{{- $peers := $v.networkPolicy.peers -}}
{{- if $v.networkPolicy.enabled -}}
{{- if not $peers.dns -}}{{- $wrong = append $wrong "networkPolicy.peers.dns is empty: no pod could look up a name" -}}{{- end -}}
{{- if and $v.database.host (not $peers.database) -}}{{- $wrong = append $wrong "networkPolicy.peers.database is empty: no pod could reach PostgreSQL" -}}{{- end -}}
{{- if and (eq $v.bus.kind "kafka") $v.bus.kafka.brokers (not $peers.bus) -}}{{- $wrong = append $wrong "networkPolicy.peers.bus is empty: no pod could reach Kafka" -}}{{- end -}}
{{- if and $v.oidc.issuer (not $peers.oidc) -}}{{- $wrong = append $wrong "networkPolicy.peers.oidc is empty: no pod could reach the issuer" -}}{{- end -}}
{{- if and $v.files.s3.endpoint (not $peers.files) -}}{{- $wrong = append $wrong "networkPolicy.peers.files is empty: no pod could reach the store of files" -}}{{- end -}}
{{- if and $v.telemetry.otlpEndpoint (not $peers.telemetry) -}}{{- $wrong = append $wrong "networkPolicy.peers.telemetry is empty: no pod could reach the collector" -}}{{- end -}}
{{- if and (or $v.gateway.ingress.enabled $v.gateway.httpRoute.enabled) (not $peers.ingress) -}}{{- $wrong = append $wrong "networkPolicy.peers.ingress is empty: the ingress controller could not reach the gateway" -}}{{- end -}}
{{- if and $v.telemetry.serviceMonitor.enabled (not $peers.monitoring) -}}{{- $wrong = append $wrong "networkPolicy.peers.monitoring is empty: Prometheus could not read metrics" -}}{{- end -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end -}}

{{- define "vitrylo.requirements.telemetry" -}}
{{- $wrong := list -}}{{- $telemetry := .Values.telemetry -}}
{{- range list "serviceMonitor" "prometheusRule" "dashboards" -}}
{{- if and (get $telemetry .).enabled (not $telemetry.metrics) -}}{{- $wrong = append $wrong (printf "telemetry.%s.enabled needs telemetry.metrics=true" .) -}}{{- end -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end -}}
