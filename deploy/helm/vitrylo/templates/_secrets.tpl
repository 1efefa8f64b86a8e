{{/*
Files that a pod is given out of Secrets, as JSON: [{"secret":…,"key":…,"path":…,"env":…}], env being the setting that
names the file. A changed Secret changes the files of running pods; the services read them anew.
(list . "contacts" $service "service"), or "migrate", "topics", "realm" for what a job needs of them.
*/}}
{{- define "vitrylo.secretFiles" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $service := index . 2 -}}{{- $for := index . 3 -}}
{{- $values := $root.Values -}}{{- $full := include "vitrylo.fullname" $root -}}
{{- $files := list -}}
{{- if has $for (list "service" "migrate") -}}
{{- $secret := $service.database.secret | default (printf "%s-%s-db" $full $name) -}}
{{- $files = append $files (dict "secret" $secret "key" $service.database.key "path" "database/password" "env" "VITRYLO_DATABASE_PASSWORD_FILE") -}}
{{- if and (eq $values.database.tls.mode "verify-full") (not $values.trial.postgres.enabled) -}}
{{- $files = append $files (dict "secret" $values.database.tls.caSecret "key" $values.database.tls.caKey "path" "database/ca.crt") -}}
{{- end -}}
{{- end -}}
{{- if has $for (list "service" "topics") -}}
{{- $files = concat $files (include "vitrylo.busFiles" . | fromJsonArray) -}}
{{- end -}}
{{- if eq $for "service" -}}
{{- range $key, $from := $service.secrets -}}
{{- $files = append $files (dict "secret" ($from.name | default $values.secrets.name | default $full) "key" $from.key "path" (printf "settings/%s" $from.key) "env" (printf "%s_FILE" $key)) -}}
{{- end -}}
{{- if and (eq $name "directory") (include "vitrylo.provisioning" $root) -}}
{{- $files = append $files (dict "secret" ($values.secrets.name | default $full) "key" "provisioner-client-secret" "path" "settings/provisioner-client-secret" "env" "VITRYLO_PROVISIONER_CLIENT_SECRET_FILE") -}}
{{- end -}}
{{- if has $name (include "vitrylo.fileKeepers" $root | fromJsonArray) -}}
{{- $secret := $values.files.s3.secret | default (printf "%s-files" $full) -}}
{{- $files = append $files (dict "secret" $secret "key" $values.files.s3.idKey "path" "files/id" "env" "VITRYLO_FILES_S3_KEY_ID_FILE") -}}
{{- $files = append $files (dict "secret" $secret "key" $values.files.s3.secretKey "path" "files/secret" "env" "VITRYLO_FILES_S3_SECRET_FILE") -}}
{{- end -}}
{{- if ne $values.tls.mode "none" -}}
{{- $secret := $service.tlsSecret | default (printf "%s-%s-tls" $full $name) -}}
{{- $files = append $files (dict "secret" $secret "key" "tls.crt" "path" "tls/tls.crt" "env" "VITRYLO_TLS_CERT_FILE") -}}
{{- $files = append $files (dict "secret" $secret "key" "tls.key" "path" "tls/tls.key" "env" "VITRYLO_TLS_KEY_FILE") -}}
{{- $files = append $files (dict "secret" $secret "key" "ca.crt" "path" "tls/ca.crt" "env" "VITRYLO_TLS_CA_FILE") -}}
{{- end -}}
{{- end -}}
{{- if eq $for "realm" -}}
{{- $clients := $values.oidc.realmJob.clientsSecret | default $values.secrets.name | default $full -}}
{{- range $client := list "gateway" "api" "integration" "provisioner" -}}
{{- $key := printf "%s-client-secret" $client -}}
{{- $files = append $files (dict "secret" $clients "key" $key "path" (printf "settings/%s" $key) "env" (printf "VITRYLO_%s_CLIENT_SECRET_FILE" (upper $client))) -}}
{{- end -}}
{{- $first := ternary ($values.secrets.name | default $full) $values.oidc.realmJob.firstUserSecret (ne $values.trial.keycloak.image "") -}}
{{- if $first -}}
{{- $files = append $files (dict "secret" $first "key" "admin-password" "path" "settings/admin-password" "env" "VITRYLO_ADMIN_PASSWORD_FILE") -}}
{{- end -}}
{{- $admin := ternary (printf "%s-keycloak" $full) $values.oidc.realmJob.adminSecret (ne $values.trial.keycloak.image "") -}}
{{- $files = append $files (dict "secret" $admin "key" "username" "path" "keycloak/username" "env" "VITRYLO_KEYCLOAK_ADMIN_USERNAME_FILE") -}}
{{- $files = append $files (dict "secret" $admin "key" "password" "path" "keycloak/password" "env" "VITRYLO_KEYCLOAK_ADMIN_PASSWORD_FILE") -}}
{{- end -}}
{{- toJson $files -}}
{{- end -}}

{{- define "vitrylo.busFiles" -}}
{{- $root := index . 0 -}}
{{- $bus := $root.Values.bus -}}{{- $full := include "vitrylo.fullname" $root -}}{{- $files := list -}}
{{- if eq $bus.kind "postgres" -}}
{{- $files = append $files (dict "secret" ($bus.postgres.secret | default (printf "%s-bus-db" $full)) "key" $bus.postgres.key "path" "bus/password" "env" "VITRYLO_BUS_PASSWORD_FILE") -}}
{{- else if not $root.Values.trial.kafka.image -}}
{{- $user := include "vitrylo.kafkaUser" . -}}
{{- if eq $bus.kafka.authentication "tls" -}}
{{- $files = append $files (dict "secret" $user "key" "user.crt" "path" "bus/user.crt" "env" "VITRYLO_KAFKA_CERT_FILE") -}}
{{- $files = append $files (dict "secret" $user "key" "user.key" "path" "bus/user.key" "env" "VITRYLO_KAFKA_KEY_FILE") -}}
{{- else if eq $bus.kafka.authentication "scram-sha-512" -}}
{{- $files = append $files (dict "secret" $user "key" "password" "path" "bus/password" "env" "VITRYLO_KAFKA_PASSWORD_FILE") -}}
{{- end -}}
{{- if $bus.kafka.caSecret -}}
{{- $files = append $files (dict "secret" $bus.kafka.caSecret "key" $bus.kafka.caKey "path" "bus/ca.crt" "env" "VITRYLO_KAFKA_CA_FILE") -}}
{{- end -}}
{{- end -}}
{{- toJson $files -}}
{{- end -}}

{{/* A service is its own user; the job that makes topics is another, for no service may. (list . "contacts" $service "service") */}}
{{- define "vitrylo.kafkaUser" -}}
{{- $root := index . 0 -}}
{{- $user := ternary "topics" (index . 1) (eq (index . 3) "topics") -}}
{{- printf ($root.Values.bus.kafka.userSecret | default (printf "%s-%%s-kafka" (include "vitrylo.fullname" $root))) $user -}}
{{- end -}}
