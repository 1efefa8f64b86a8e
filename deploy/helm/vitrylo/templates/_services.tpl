{{/* The table: every enabled service with the defaults it does not set itself, as JSON. Templates range over it. */}}
{{- define "vitrylo.services" -}}
{{- $services := dict -}}
{{- range $name, $own := .Values.services -}}
{{- $service := mustMergeOverwrite (deepCopy $.Values.defaults) (deepCopy ($own | default dict)) -}}
{{- if $service.enabled -}}{{- $_ := set $services $name $service -}}{{- end -}}
{{- end -}}
{{- toJson $services -}}
{{- end -}}

{{- define "vitrylo.port" -}}
{{- if eq . "http" }}8080{{ else }}50051{{ end -}}
{{- end -}}

{{/* Who calls a service, and which methods: {"gateway":["vitrylo.contacts.v1.*"]}. (list . "contacts") */}}
{{- define "vitrylo.callers" -}}
{{- $called := last . -}}{{- $callers := dict -}}
{{- range $name, $service := include "vitrylo.services" (first .) | fromJson -}}
{{- range $target, $methods := $service.calls -}}
{{- if eq $target $called -}}{{- $_ := set $callers $name $methods -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $callers -}}
{{- end -}}

{{/* Services that believe tokens of the gateway, which it signs for phones: they read its keys. As JSON. */}}
{{- define "vitrylo.keyReaders" -}}
{{- $readers := list -}}
{{- range $name := list "contacts" "directory" -}}
{{- if hasKey (include "vitrylo.services" $ | fromJson) $name -}}{{- $readers = append $readers $name -}}{{- end -}}
{{- end -}}
{{- toJson $readers -}}
{{- end -}}

{{/* Services whose records have files. As JSON. */}}
{{- define "vitrylo.fileKeepers" -}}
{{- $keepers := list -}}
{{- if .Values.files.s3.endpoint -}}
{{- range $name := list "contacts" "sales" "service-desk" -}}
{{- if hasKey (include "vitrylo.services" $ | fromJson) $name -}}{{- $keepers = append $keepers $name -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $keepers -}}
{{- end -}}

{{/* Who calls whom by gRPC: {"contacts":"dns:///…:50051"}. (list . $service) */}}
{{- define "vitrylo.addresses" -}}
{{- $root := first . -}}{{- $addresses := dict -}}
{{- range $target := keys (last .).calls -}}
{{- $_ := set $addresses $target (printf "dns:///%s:50051" (include "vitrylo.host" (list $root $target))) -}}
{{- end -}}
{{- toJson $addresses -}}
{{- end -}}

{{/* How an autoscaler changes the number of pods, by processor time or by lag: each change moves partitions between consumers. */}}
{{- define "vitrylo.scalingBehavior" -}}
scaleDown:
  stabilizationWindowSeconds: 300
  policies: [{type: Pods, value: 1, periodSeconds: 60}]
{{- end -}}
