#!/bin/bash
# At the first start of the database: one role and one database per service, none of which can enter another's.
set -euo pipefail

for name in directory contacts sales service_desk telephony gateway keycloak; do
  psql --quiet --set=ON_ERROR_STOP=1 --username=postgres --set=name="$name" --set=password="$(cat "/run/secrets/database_$name")" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke all on database :"name" from public;
SQL
done
psql --quiet --set=ON_ERROR_STOP=1 --username=postgres --command='revoke connect on database postgres from public'
