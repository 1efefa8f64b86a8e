{{/* Where stores are: those of the trial when they are on, else those that the values name. */}}
{{- define "vitrylo.databaseHost" -}}
{{- if .Values.trial.postgres.enabled }}{{ include "vitrylo.host" (list . "postgres") }}{{ else }}{{ .Values.database.host }}{{ end -}}
{{- end -}}

{{- define "vitrylo.databasePort" -}}
{{- if .Values.trial.postgres.enabled }}5432{{ else }}{{ int .Values.database.port }}{{ end -}}
{{- end -}}

{{/* (list . "contacts" $service) */}}
{{- define "vitrylo.databaseName" -}}
{{- (index . 2).database.name | default (index . 1 | replace "-" "_") -}}
{{- end -}}

{{- define "vitrylo.databaseUser" -}}
{{- (index . 2).database.user | default (include "vitrylo.databaseName" .) -}}
{{- end -}}

{{/* URL without a password, which is read from a file: (list . "user" "database"). */}}
{{- define "vitrylo.databaseUrl" -}}
{{- $root := index . 0 -}}{{- $tls := $root.Values.database.tls -}}
postgres://{{ index . 1 }}@{{ include "vitrylo.databaseHost" $root }}:{{ include "vitrylo.databasePort" $root }}/{{ index . 2 }}
{{- if $root.Values.trial.postgres.enabled }}{{ else if eq $tls.mode "verify-full" }}?sslmode=verify-full&sslrootcert=/run/secrets/vitrylo/database/ca.crt
{{- else if eq $tls.mode "require" }}?sslmode=no-verify{{ end -}}
{{- end -}}

{{- define "vitrylo.brokers" -}}
{{- if .Values.trial.kafka.image }}{{ include "vitrylo.host" (list . "kafka") }}:9092{{ else }}{{ join "," .Values.bus.kafka.brokers }}{{ end -}}
{{- end -}}

{{/* Trial Kafka has neither users nor encryption. */}}
{{- define "vitrylo.kafkaAuthentication" -}}
{{- if .Values.trial.kafka.image }}none{{ else }}{{ .Values.bus.kafka.authentication }}{{ end -}}
{{- end -}}

{{- define "vitrylo.issuer" -}}
{{- if .Values.trial.keycloak.image }}{{ .Values.origin }}/realms/vitrylo{{ else }}{{ .Values.oidc.issuer }}{{ end -}}
{{- end -}}

{{- define "vitrylo.internalIssuer" -}}
{{- if .Values.trial.keycloak.image }}{{ include "vitrylo.trialKeycloak" . }}/realms/vitrylo{{ else }}{{ .Values.oidc.internalUrl | default .Values.oidc.issuer }}{{ end -}}
{{- end -}}

{{- define "vitrylo.trialKeycloak" -}}
http://{{ include "vitrylo.host" (list . "keycloak") }}:8080
{{- end -}}

{{- define "vitrylo.provisioning" -}}
{{- if or .Values.oidc.provisioning.enabled .Values.trial.keycloak.image }}true{{ end -}}
{{- end -}}

{{- define "vitrylo.realmJob" -}}
{{- if or .Values.oidc.realmJob.enabled .Values.trial.keycloak.image }}true{{ end -}}
{{- end -}}

{{/* Passwords of the trial come from one: nothing random, so that an upgrade finds the same. (list . "contacts") */}}
{{- define "vitrylo.trialPassword" -}}
{{- printf "%s/%s/%s" (first .).Release.Name (first .).Values.trial.password (last .) | sha256sum | trunc 40 -}}
{{- end -}}
