#!/bin/sh
# Entry point of the trial's PostgreSQL where docker.io/library/postgres cannot be had: understands the settings of that
# image which the chart gives. There is no psql in it, so the first statements go in by single-user mode, one a line.
set -eu
: "${PGDATA:?}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # several arguments
  initdb --pgdata="$PGDATA" --username=postgres --auth=scram-sha-256 --pwfile="$POSTGRES_PASSWORD_FILE" ${POSTGRES_INITDB_ARGS:-} >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  for statements in /docker-entrypoint-initdb.d/*.sql; do postgres --single -D "$PGDATA" postgres <"$statements" >/dev/null; done
fi
exec postgres -D "$PGDATA" -c 'listen_addresses=*' -c unix_socket_directories= "$@"
