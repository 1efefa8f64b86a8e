{{/* Rules to one place: (list "Kafka" peers ports). Nothing without peers: an empty list would mean everybody. */}}
{{- define "vitrylo.egress" -}}
{{- $peers := index . 1 -}}
{{- if $peers }}
# {{ index . 0 }}
- to: {{- toYaml $peers | nindent 4 }}
  ports:
  {{- range index . 2 }}
    - {protocol: TCP, port: {{ int . }}}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "vitrylo.dnsEgress" -}}
# DNS
- to: {{- toYaml .Values.networkPolicy.peers.dns | nindent 4 }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end -}}

{{/* A component of this release as a list of one peer: (list . "contacts"). */}}
{{- define "vitrylo.peer" -}}
- podSelector:
    matchLabels: {{- include "vitrylo.componentSelector" . | nindent 6 }}
{{- end -}}

{{/* Peers as JSON: those of the trial, or those that the values name. (list . "database" "postgres" true) */}}
{{- define "vitrylo.peers" -}}
{{- $root := index . 0 -}}
{{- if index . 3 -}}
{{- include "vitrylo.peer" (list $root (index . 2)) | fromYamlArray | toJson -}}
{{- else -}}
{{- index $root.Values.networkPolicy.peers (index . 1) | toJson -}}
{{- end -}}
{{- end -}}

{{- define "vitrylo.databaseEgress" -}}
{{- $peers := include "vitrylo.peers" (list . "database" "postgres" .Values.trial.postgres.enabled) | fromJsonArray -}}
{{ include "vitrylo.egress" (list "PostgreSQL" $peers (list (include "vitrylo.databasePort" .))) }}
{{- end -}}

{{/* With the bus in PostgreSQL the rule of the database serves it. */}}
{{- define "vitrylo.busEgress" -}}
{{- if eq .Values.bus.kind "kafka" -}}
{{- $peers := include "vitrylo.peers" (list . "bus" "kafka" (ne .Values.trial.kafka.image "")) | fromJsonArray -}}
{{- $ports := list -}}
{{- range splitList "," (include "vitrylo.brokers" .) }}{{ $ports = append $ports (splitList ":" . | last) }}{{ end -}}
{{ include "vitrylo.egress" (list "Kafka" $peers (uniq $ports)) }}
{{- end -}}
{{- end -}}

{{- define "vitrylo.portOfUrl" -}}
{{- $url := urlParse . -}}
{{- if contains ":" $url.host }}{{ splitList ":" $url.host | last }}{{ else }}{{ ternary 443 80 (eq $url.scheme "https") }}{{ end -}}
{{- end -}}

{{- define "vitrylo.oidcEgress" -}}
{{- $peers := include "vitrylo.peers" (list . "oidc" "keycloak" (ne .Values.trial.keycloak.image "")) | fromJsonArray -}}
{{- $ports := list (include "vitrylo.portOfUrl" (include "vitrylo.internalIssuer" .)) -}}
{{- with .Values.oidc.upstream }}{{ $ports = append $ports (include "vitrylo.portOfUrl" .) }}{{ end -}}
{{ include "vitrylo.egress" (list "Issuer" $peers (uniq $ports)) }}
{{- end -}}

{{- define "vitrylo.filesEgress" -}}
{{ include "vitrylo.egress" (list "Files" .Values.networkPolicy.peers.files (list (include "vitrylo.portOfUrl" .Values.files.s3.endpoint))) }}
{{- end -}}

{{- define "vitrylo.telemetryEgress" -}}
{{- with .Values.telemetry.otlpEndpoint -}}
{{ include "vitrylo.egress" (list "Telemetry" $.Values.networkPolicy.peers.telemetry (list (include "vitrylo.portOfUrl" .))) }}
{{- end -}}
{{- end -}}
