{{/* Environment of a container. (list . "contacts" $service "service"), or "migrate", "topics", "realm". */}}
{{- define "vitrylo.env" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $service := index . 2 -}}{{- $for := index . 3 -}}
{{- $values := $root.Values -}}{{- $env := dict "VITRYLO_LOG_LEVEL" $values.logLevel -}}
{{- if has $for (list "service" "migrate") -}}
{{- $_ := set $env "VITRYLO_DATABASE_URL" (include "vitrylo.databaseUrl" (list $root (include "vitrylo.databaseUser" .) (include "vitrylo.databaseName" .))) -}}
{{- end -}}
{{- if has $for (list "service" "topics") -}}
{{- $env = merge $env (include "vitrylo.busEnv" . | fromJson) -}}
{{- end -}}
{{- if eq $for "service" -}}
{{- $env = merge $env (include "vitrylo.serviceEnv" . | fromJson) -}}
{{- end -}}
{{- if eq $for "realm" -}}
{{- $_ := set $env "VITRYLO_OIDC_ISSUER" (include "vitrylo.issuer" $root) -}}
{{- $_ := set $env "VITRYLO_OIDC_INTERNAL_URL" (include "vitrylo.internalIssuer" $root) -}}
{{- $_ := set $env "VITRYLO_ORIGIN" $values.origin -}}
{{- $_ := set $env "VITRYLO_BACKCHANNEL_URL" (printf "http://%s:8080" (include "vitrylo.host" (list $root "gateway"))) -}}
{{- end -}}
{{- range include "vitrylo.secretFiles" . | fromJsonArray -}}
{{- if .env -}}{{- $_ := set $env .env (printf "/run/secrets/vitrylo/%s" .path) -}}{{- end -}}
{{- end -}}
{{- if eq $for "service" -}}{{- $env = mergeOverwrite $env (deepCopy $service.env) -}}{{- end -}}
{{- range $key, $value := $env }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "vitrylo.busEnv" -}}
{{- $root := index . 0 -}}{{- $env := dict -}}
{{- if eq $root.Values.bus.kind "postgres" -}}
{{- $_ := set $env "VITRYLO_BUS_URL" (include "vitrylo.databaseUrl" (list $root $root.Values.bus.postgres.user $root.Values.bus.postgres.name)) -}}
{{- else -}}
{{- $_ := set $env "VITRYLO_BUS_URL" (printf "kafka://%s" (include "vitrylo.brokers" $root)) -}}
{{- $_ := set $env "VITRYLO_KAFKA_REPLICATION" (ternary "1" (printf "%d" (int $root.Values.bus.kafka.replication)) (ne $root.Values.trial.kafka.image "")) -}}
{{- if eq (include "vitrylo.kafkaAuthentication" $root) "scram-sha-512" -}}
{{- $_ := set $env "VITRYLO_KAFKA_MECHANISM" "scram-sha-512" -}}
{{- $_ := set $env "VITRYLO_KAFKA_USERNAME" (include "vitrylo.kafkaUser" .) -}}
{{- end -}}
{{- end -}}
{{- toJson $env -}}
{{- end -}}

{{- define "vitrylo.serviceEnv" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $service := index . 2 -}}
{{- $values := $root.Values -}}{{- $telemetry := $values.telemetry -}}
{{- $env := dict
  "VITRYLO_HEALTH_LISTEN" "0.0.0.0:9090"
  "VITRYLO_DRAIN_MS" (printf "%d000" (int $values.shutdown.drainSeconds))
  "VITRYLO_MIGRATE" (ternary "0" "1" $values.jobs.hooks)
  "VITRYLO_POOL_MAX" (printf "%d" (int $service.database.poolMax))
  "VITRYLO_OIDC_ISSUER" (include "vitrylo.issuer" $root)
  "VITRYLO_OIDC_INTERNAL_URL" (include "vitrylo.internalIssuer" $root)
  "VITRYLO_OIDC_AUDIENCE" $values.oidc.audience
-}}
{{- if eq $service.protocol "http" -}}
{{- $_ := set $env "VITRYLO_HOST" "0.0.0.0" -}}
{{- $_ := set $env "VITRYLO_PORT" "8080" -}}
{{- $_ := set $env "VITRYLO_ORIGIN" $values.origin -}}
{{- $_ := set $env "VITRYLO_GATEWAY_CLIENT_ID" $values.oidc.clientId -}}
{{- $_ := set $env "VITRYLO_TRUSTED_PROXIES" (join "," $values.gateway.trustedProxies) -}}
{{- $upstream := ternary (include "vitrylo.trialKeycloak" $root) $values.oidc.upstream (ne $values.trial.keycloak.image "") -}}
{{- if $upstream -}}{{- $_ := set $env "VITRYLO_ISSUER_UPSTREAM" $upstream -}}{{- end -}}
{{- else -}}
{{- $_ := set $env "VITRYLO_GRPC_LISTEN" "0.0.0.0:50051" -}}
{{- /* Mails bear links. */ -}}
{{- if eq $name "directory" -}}{{- $_ := set $env "VITRYLO_ORIGIN" $values.origin -}}{{- end -}}
{{- if has $name (include "vitrylo.keyReaders" $root | fromJsonArray) -}}
{{- $_ := set $env "VITRYLO_GATEWAY_KEYS_URL" (printf "http://%s:8080/auth/keys" (include "vitrylo.host" (list $root "gateway"))) -}}
{{- end -}}
{{- end -}}
{{- if has $name (include "vitrylo.fileKeepers" $root | fromJsonArray) -}}
{{- $s3 := $values.files.s3 -}}
{{- $_ := set $env "VITRYLO_FILES_S3_URL" (join "/" (compact (list $s3.endpoint $s3.bucket $s3.prefix))) -}}
{{- $_ := set $env "VITRYLO_FILES_S3_REGION" $s3.region -}}
{{- end -}}
{{- if $service.calls -}}{{- $_ := set $env "VITRYLO_SERVICES" (include "vitrylo.addresses" (list $root $service)) -}}{{- end -}}
{{- if and (ne $values.tls.mode "none") (eq $service.protocol "grpc") -}}
{{- $_ := set $env "VITRYLO_GRPC_PEERS" (include "vitrylo.callers" (list $root $name)) -}}
{{- end -}}
{{- if $telemetry.metrics -}}{{- $_ := set $env "VITRYLO_METRICS" "1" -}}{{- end -}}
{{- if $telemetry.otlpEndpoint -}}
{{- $_ := set $env "OTEL_EXPORTER_OTLP_ENDPOINT" $telemetry.otlpEndpoint -}}
{{- $_ := set $env "OTEL_SERVICE_NAME" $name -}}
{{- $_ := set $env "OTEL_RESOURCE_ATTRIBUTES" (printf "service.namespace=%s,service.version=%s" $root.Release.Name ($values.image.tag | default $root.Chart.AppVersion)) -}}
{{- $_ := set $env "OTEL_TRACES_SAMPLER" "parentbased_traceidratio" -}}
{{- $_ := set $env "OTEL_TRACES_SAMPLER_ARG" (toString $telemetry.sampling) -}}
{{- end -}}
{{- toJson $env -}}
{{- end -}}
