{{/* A store of the trial in a pod of its own. (list . "postgres" $settings); "trial.postgres.container" and
"trial.postgres.volumes" are what it has of its own. */}}
{{- define "vitrylo.trialStore" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $settings := index . 2 -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "vitrylo.fullname" $root }}-{{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "vitrylo.labels" (list $root $name) | nindent 4 }}
spec:
  clusterIP: None
  # The pod asks for its own name while it starts.
  publishNotReadyAddresses: true
  selector: {{- include "vitrylo.componentSelector" (list $root $name) | nindent 4 }}
  ports: [{name: {{ $name }}, port: {{ include "vitrylo.trialPort" $name }}, targetPort: {{ $name }}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "vitrylo.fullname" $root }}-{{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "vitrylo.labels" (list $root $name) | nindent 4 }}
  annotations:
    # One pod is what a trial is; who it runs as, the image says.
    kube-score/ignore: statefulset-has-poddisruptionbudget,statefulset-has-host-podantiaffinity,container-security-context-user-group-id
spec:
  serviceName: {{ include "vitrylo.fullname" $root }}-{{ $name }}
  replicas: 1
  selector:
    matchLabels: {{- include "vitrylo.componentSelector" (list $root $name) | nindent 6 }}
  template:
    metadata:
      labels: {{- include "vitrylo.podLabels" (list $root $name) | nindent 8 }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with include "vitrylo.pullSecrets" $root | trim }}{{ . | nindent 6 }}{{ end }}
      securityContext: {{- include "vitrylo.podSecurity" (int $settings.uid) | nindent 8 }}
      terminationGracePeriodSeconds: 60
      containers:
        - name: {{ $name }}
          image: {{ $settings.image }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          securityContext: {{- include "vitrylo.containerSecurity" (int $settings.uid) | nindent 12 }}
          ports: [{name: {{ $name }}, containerPort: {{ include "vitrylo.trialPort" $name }}}]
          startupProbe:
            tcpSocket: {port: {{ $name }}}
            periodSeconds: 2
            failureThreshold: 150
          readinessProbe:
            tcpSocket: {port: {{ $name }}}
            periodSeconds: 5
          {{- include (printf "trial.%s.container" $name) $root | nindent 10 }}
      volumes: {{- include (printf "trial.%s.volumes" $name) $root | nindent 8 }}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $settings.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests: {storage: {{ $settings.storage }}}
{{- end -}}

{{- define "vitrylo.trialPort" -}}
{{- index (dict "postgres" 5432 "kafka" 9092 "keycloak" 8080) . -}}
{{- end -}}
