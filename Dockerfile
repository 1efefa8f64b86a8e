# syntax=docker/dockerfile:1
# One file for every service:  docker build --build-arg SERVICE=contacts .        (all of them: make images)
#   SERVICE   gateway, directory, contacts, sales, service-desk, telephony
#   BASE      has node, npm and a shell; nothing of it but node and its libraries reaches the image
#   RUNTIME   what the image stands on: nothing, and then node is laid into it; or any image with node on its PATH
#   VERSION, REVISION, SOURCE_DATE_EPOCH   stand in the labels and the bill of materials
# Optional secrets, which stay in no layer: npmrc (a mirror, a token), ca (the certificate of a mirror).
ARG BASE=docker.io/library/node:24.21.0-bookworm
ARG RUNTIME=scratch

# Manifests alone, so that the layer of the dependencies changes only when they do; a new library needs no line here.
FROM ${BASE} AS manifests
WORKDIR /all
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete && find . -type d -empty -delete

FROM ${BASE} AS dependencies
ARG SERVICE
WORKDIR /app
COPY --from=manifests /all ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc --mount=type=secret,id=ca \
    set -eu; cd /app; \
    if [ -f /run/secrets/npmrc ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npmrc; fi; \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca NPM_CONFIG_CAFILE=/run/secrets/ca; fi; \
    npm ci --omit=dev --omit=optional --ignore-scripts --include-workspace-root=false --workspace "@vitrylo/${SERVICE:?build argument SERVICE is missing}"

# The gateway carries the client; the other services pass here in no time.
FROM dependencies AS client
ARG SERVICE
# It takes the language of filters from libs.
COPY libs libs
COPY gateway/web gateway/web
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc --mount=type=secret,id=ca \
    set -eu; mkdir -p gateway/web/dist; [ "$SERVICE" = gateway ] || exit 0; \
    if [ -f /run/secrets/npmrc ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npmrc; fi; \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca NPM_CONFIG_CAFILE=/run/secrets/ca; fi; \
    npm ci --ignore-scripts --include-workspace-root=false --workspace @vitrylo/web; \
    cd gateway/web; NODE_ENV=production node ../../node_modules/vite/bin/vite.js build --logLevel warn

# What the service runs with its bill of materials and its licences; and what it runs on.
FROM dependencies AS assembled
ARG SERVICE
ARG RUNTIME
ARG VERSION=0.0.0
ARG SOURCE_DATE_EPOCH=0
COPY . /source
COPY --from=client /app/gateway/web/dist /source/gateway/web/dist
RUN mkdir /bare; [ "$RUNTIME" != scratch ] || /source/tools/images/bare.sh /bare
RUN VERSION="$VERSION" SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" \
    node --disable-warning=ExperimentalWarning /source/tools/images/assemble.ts /source /app /out "$SERVICE"
# At the place where it will run: what node keeps of a file is kept by its path.
RUN cd / && rm -rf /app && mv /out /app && node --disable-warning=ExperimentalWarning /source/tools/images/warm.ts /app /app/.cache

FROM ${RUNTIME}
ARG SERVICE
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="vitrylo-${SERVICE}" \
      org.opencontainers.image.description="Vitrylo CRM: ${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.vendor="Vitrylo" \
      org.opencontainers.image.licenses="Apache-2.0"
# With few arenas glibc gives back what its threads have freed.
ENV PATH=/usr/local/bin:/usr/bin:/bin NODE_ENV=production NODE_COMPILE_CACHE=/app/.cache \
    MALLOC_ARENA_MAX=2 VITRYLO_WEB_DIR=/app/gateway/web/dist
WORKDIR /app
COPY --from=assembled /bare /
COPY --from=assembled /app ./
USER 10001:10001
# No shell and no npm between the kubelet and node: SIGTERM arrives. The heap follows the container's memory limit, so
# that a leak ends with a heap error and its stack, not with a kill. "migrate" and "topics" are given as arguments.
ENTRYPOINT ["node", "--max-old-space-size-percentage=65", "--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning", "service/src/main.ts"]
