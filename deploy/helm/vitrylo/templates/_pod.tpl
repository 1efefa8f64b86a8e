{{/* What PodSecurity "restricted" asks for, and a root that cannot be written. */}}
{{- define "vitrylo.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "vitrylo.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "vitrylo.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Volumes of a pod of ours: Secrets as files that root's group may read, and room to write. */}}
{{- define "vitrylo.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- with include "vitrylo.secretFiles" . | fromJsonArray }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
    {{- range . }}
      - secret:
          name: {{ .secret }}
          items: [{key: {{ .key }}, path: {{ .path }}}]
    {{- end }}
{{- end }}
{{- end -}}

{{- define "vitrylo.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if include "vitrylo.secretFiles" . | fromJsonArray }}
- name: secrets
  mountPath: /run/secrets/vitrylo
  readOnly: true
{{- end }}
{{- end -}}
