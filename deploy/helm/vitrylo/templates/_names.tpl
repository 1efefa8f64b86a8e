{{- define "vitrylo.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* What selects every pod of the release. */}}
{{- define "vitrylo.selector" -}}
app.kubernetes.io/name: vitrylo
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of an object of a component: (list . "contacts"). */}}
{{- define "vitrylo.labels" -}}
{{- $root := first . -}}
helm.sh/chart: vitrylo-{{ $root.Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ $root.Values.image.tag | default $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/part-of: vitrylo
{{ include "vitrylo.componentSelector" . }}
{{- end -}}

{{/* Labels of a pod: none that changes with the chart alone, or each new chart would start every pod again. */}}
{{- define "vitrylo.podLabels" -}}
app.kubernetes.io/part-of: vitrylo
{{ include "vitrylo.componentSelector" . }}
{{- end -}}

{{- define "vitrylo.componentSelector" -}}
{{ include "vitrylo.selector" (first .) }}
app.kubernetes.io/component: {{ last . }}
{{- end -}}

{{/* Image of a service: (list . "contacts" $service). */}}
{{- define "vitrylo.image" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $service := index . 2 -}}
{{- $image := $service.image | default (printf "%s/%s" $root.Values.image.repository $name) -}}
{{- if $root.Values.image.registry }}{{ $image = printf "%s/%s" $root.Values.image.registry $image }}{{ end -}}
{{- if $service.digest }}{{ $image }}@{{ $service.digest }}{{ else }}{{ $image }}:{{ $service.tag | default $root.Values.image.tag | default $root.Chart.AppVersion }}{{ end -}}
{{- end -}}

{{/* Name by which pods reach an object of the release: (list . "contacts"). */}}
{{- define "vitrylo.host" -}}
{{- $root := first . -}}
{{ include "vitrylo.fullname" $root }}-{{ last . }}.{{ $root.Release.Namespace }}.svc.{{ $root.Values.clusterDomain }}
{{- end -}}
