{{/*
A job of one command of an image. (list . "contacts" $service "migrate"). As a hook it runs before any pod of the new
release and holds the release up when it fails; else it is named by the revision, because a Job cannot be changed.
*/}}
{{- define "vitrylo.job" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $service := index . 2 -}}{{- $command := index . 3 -}}
{{- $component := ternary (printf "%s-migrate" $name) $command (eq $command "migrate") -}}
{{- $jobs := $root.Values.jobs -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "vitrylo.fullname" $root }}-{{ $component }}{{ if not $jobs.hooks }}-{{ $root.Release.Revision }}{{ end }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "vitrylo.labels" (list $root $component) | nindent 4 }}
  {{- if $jobs.hooks }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: '0'
    # The job of the release before stays for its log until this one takes its name.
    helm.sh/hook-delete-policy: before-hook-creation
  {{- end }}
spec:
  backoffLimit: {{ ternary 3 20 $jobs.hooks }}
  activeDeadlineSeconds: {{ int $jobs.timeoutSeconds }}
  ttlSecondsAfterFinished: {{ int $jobs.ttlSeconds }}
  template:
    metadata:
      labels: {{- include "vitrylo.podLabels" (list $root $component) | nindent 8 }}
        vitrylo.ua/job: {{ $command }}
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with include "vitrylo.pullSecrets" $root | trim }}{{ . | nindent 6 }}{{ end }}
      securityContext: {{- include "vitrylo.podSecurity" 10001 | nindent 8 }}
      {{- with $service.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $service.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ $command }}
          image: {{ include "vitrylo.image" (list $root $name $service) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [{{ $command }}]
          terminationMessagePolicy: FallbackToLogsOnError
          securityContext: {{- include "vitrylo.containerSecurity" 10001 | nindent 12 }}
          env: {{- include "vitrylo.env" . | trim | nindent 12 }}
          resources: {{- toYaml $jobs.resources | nindent 12 }}
          volumeMounts: {{- include "vitrylo.volumeMounts" . | nindent 12 }}
      volumes: {{- include "vitrylo.volumes" . | nindent 8 }}
{{- end -}}
